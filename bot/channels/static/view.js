// The conversation on the screen. What a person typed only ever becomes text.

import { element } from "./dom.js";
import { markCorrected, memberWords } from "./member_words.js";
import { linkTo, safeFragment } from "./safe_html.js";
import { size, words } from "./strings.js";
import { filesOf } from "./team_files.js";
import { unbroken } from "./typography.js";

const list = document.getElementById("messages");
const log = document.getElementById("log");
const typing = document.getElementById("typing");
const arrived = document.getElementById("arrived");
const writing = document.getElementById("writing");
const FEW = 5; // choices that read well in a line; more are set in columns
const AT_THE_END_PX = 150;
const shownReplies = new Set();

// Says the page's own words in another language; messages keep theirs.
export function speak() {
  for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = words()[node.dataset.text];
  }
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", words()[node.dataset.label]);
  }
  for (const node of document.querySelectorAll("[data-title]")) {
    node.title = words()[node.dataset.title];
  }
  for (const node of document.querySelectorAll("[data-placeholder]")) {
    node.placeholder = words()[node.dataset.placeholder];
  }
}

export function setPlaceholder(field, name) {
  field.dataset.placeholder = name;
  field.placeholder = words()[name];
}

export function clear() {
  list.replaceChildren();
  arrived.hidden = true;
  shownReplies.clear();
  showTyping(false);
}

// Runs `fill` without having a screen reader read all of it out.
export function quietly(fill) {
  log.setAttribute("aria-live", "off");
  fill();
  requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
}

export function knows(id) {
  return personMessage(id) !== null;
}

export function isEmpty() {
  return !list.hasChildNodes();
}

function personMessage(id) {
  return list.querySelector(`[data-id="${CSS.escape(id)}"]`);
}

// A person's message; `silent` ones (the page's own greeting) show only when they fail.
export function addPerson({ id, label, silent, file }, onCancel) {
  if (knows(id)) return;
  const text = file ? fileName(file) : element("p", "", label || words().choice);
  const status = element("p", "status");
  const item = element("li", silent ? "person silent" : "person", author(words().youSay), text, status);
  if (file && onCancel) item.append(transfer(file, () => onCancel(id)));
  item.dataset.id = id;
  item.tabIndex = -1;
  // A file may be one of several of which the last choices are about.
  if (!file) removeSuggestions();
  list.append(item);
}

export function removePerson(id) {
  personMessage(id)?.remove();
}

function fileName({ name, size_bytes: bytes }) {
  const shown = element("p", "file", element("span", "name", name));
  if (bytes !== null) shown.append(" ", element("span", "size", size(bytes)));
  return shown;
}

// How far a file is on its way, and a button to stop it; seen as long as it is.
function transfer({ name }, onCancel) {
  const bar = element("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", words().uploading(name));
  const cancel = element("button", "cancel", words().cancel);
  cancel.type = "button";
  cancel.setAttribute("aria-label", words().cancelUpload(name));
  cancel.addEventListener("click", onCancel);
  return element("div", "transfer", bar, cancel);
}

// share: 0 to 1; what has left whole can no longer be cancelled.
export function setProgress(id, share) {
  const item = personMessage(id);
  const bar = item?.querySelector("progress");
  if (!bar) return;
  bar.value = share;
  item.classList.toggle("gone", share === 1);
}

// state: "sending", "waiting", "failed", "rejected", or "" once the server has the message.
export function setState(id, state, { onRetry, text } = {}) {
  const item = personMessage(id);
  if (!item) return;
  item.dataset.state = state;
  if (state !== "sending") setProgress(id, 0);
  const status = item.querySelector(".status");
  status.ariaHidden = String(state === "sending"); // too short-lived to be read out
  const silentFailure = state === "failed" && item.classList.contains("silent");
  status.replaceChildren(silentFailure ? words().startFailed : (text ?? words()[state] ?? ""));
  if (!onRetry) return;
  const retry = element("button", "retry", words().retry);
  retry.type = "button";
  retry.addEventListener("click", onRetry);
  status.append(retry);
  retry.scrollIntoView({ block: "nearest" });
}

// Brings a person's message to the top, so that the answers are read from their beginning; but of
// several replies the last one, where it asks, is in sight whatever stands before it.
export function bringUp(id, { focus = false } = {}) {
  const item = personMessage(id);
  if (!item || item.classList.contains("silent")) return;
  if (focus) item.focus({ preventScroll: true });
  const replies = [...list.querySelectorAll(`[data-answers="${CSS.escape(id)}"]`)];
  const last = replies.at(-1);
  const answersOnly = replies.length < 2 || last.querySelector(".source");
  if (answersOnly || fits(item, last)) item.scrollIntoView({ block: "start" });
  else last.scrollIntoView({ block: fits(last, last) ? "end" : "start" });
}

// Whether all from `first` to `last` can be seen at once.
function fits(first, last) {
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
  const covered = (parseFloat(scrollPaddingTop) || 0) + (parseFloat(scrollPaddingBottom) || 0);
  const height = last.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
  return height <= window.innerHeight - covered;
}

// Adds a reply once, however often and by whichever way it comes, among the others by its id.
export function addReply(reply, onButton) {
  if (shownReplies.has(reply.id)) return;
  const isNewest = Math.max(0, ...shownReplies) < reply.id;
  shownReplies.add(reply.id);
  const asked = reply.in_reply_to ? personMessage(reply.in_reply_to) : null;
  if (asked && !asked.lang) asked.lang = reply.language;
  const item = reply.author === "team" ? memberWords(reply) : assistantItem(reply);
  if (reply.corrects) markCorrected(list, reply);
  item.dataset.reply = reply.id;
  if (reply.in_reply_to) item.dataset.answers = reply.in_reply_to;
  // What comes by itself and asks nothing leaves the choices of the question before it.
  if (isNewest && (reply.in_reply_to || reply.buttons.length)) {
    removeSuggestions();
    if (reply.buttons.length) item.append(suggestions(reply, onButton));
  }
  list.insertBefore(item, firstReplyAfter(reply.id) ?? firstUnsentAfter(asked));
}

function assistantItem(reply) {
  const body = answer(reply);
  if (reply.files?.length) body.append(filesOf({ files: reply.files, by: words().theAssistant }));
  return element("li", "assistant", author(words().assistantSays), body);
}

// Brings what `add` adds at the end into sight, unless the person is reading further up.
export function keepInSight(add, added = null) {
  const atTheEnd = isAtTheEnd();
  add();
  const target = added ?? list.lastElementChild;
  if (atTheEnd) target?.scrollIntoView({ block: "nearest" });
  return atTheEnd;
}

function isAtTheEnd() {
  return document.body.scrollHeight - window.innerHeight - window.scrollY < AT_THE_END_PX;
}

// Adds what comes by itself; where that is out of sight, a button leads there.
export function addArrived(add) {
  if (keepInSight(add)) return;
  arrived.hidden = false;
}

arrived.addEventListener("click", () => {
  arrived.hidden = true;
  list.lastElementChild?.scrollIntoView({ block: "nearest" });
});
window.addEventListener("scroll", () => (arrived.hidden ||= isAtTheEnd()), { passive: true });

function firstReplyAfter(id) {
  return Array.from(list.querySelectorAll("[data-reply]")).find((item) => item.dataset.reply > id);
}

function firstUnsentAfter(asked) {
  for (let item = asked?.nextElementSibling; item; item = item.nextElementSibling) {
    if (item.dataset.state) return item;
  }
  return null;
}

export function addNotice(text) {
  list.append(element("li", "notice", text));
}

export function notices() {
  return Array.from(list.querySelectorAll(":scope > .notice"), (item) => item.textContent);
}

// The assistant is at its answer.
export function showTyping(shown) {
  showAtWork(typing, shown ? words().typing : "", "unseen");
}

// A member of the team is, as `text` says; nothing if it is empty.
export function showWriting(text) {
  const show = () => showAtWork(writing, text, "said");
  if (text) keepInSight(show, writing);
  else show();
}

function showAtWork(place, text, className) {
  if (place.textContent === text) return;
  const dots = element("span", "dots", element("i"), element("i"), element("i"));
  place.replaceChildren(...(text ? [element("span", className, text), dots] : []));
}

export function setBanner(text) {
  const banner = document.getElementById("banner");
  if (banner.textContent !== text) banner.textContent = text;
}

function author(text) {
  return element("span", "unseen", `${text} `);
}

function answer(reply) {
  const body = element("div", "answer", safeFragment(reply.html, words().newTab));
  body.lang = reply.language;
  for (const paragraph of body.children) {
    if (paragraph.textContent.startsWith("Source")) paragraph.classList.add("source");
  }
  const sources = body.querySelector(".source");
  if (reply.venue) body.insertBefore(place(reply.venue), sources);
  if (reply.phone) body.insertBefore(telephone(reply.phone), sources);
  return body;
}

function place({ title, address, latitude, longitude }) {
  const link = element("a", "", words().map);
  const at = `mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  linkTo(link, `https://www.openstreetmap.org/?${at}`, words().newTab);
  return element("address", "card", element("strong", "", title), element("span", "", address), link);
}

function telephone({ name, number }) {
  const shown = number.replace(/^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, "0$1 $2 $3 $4 $5");
  const link = element("a", "", `${words().call} ${shown}`);
  linkTo(link, `tel:${number}`, words().newTab);
  return element("address", "card", element("strong", "", name), link);
}

function suggestions(reply, onButton) {
  const group = element("div", reply.buttons.length > FEW ? "suggestions many" : "suggestions");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", words().suggestions);
  group.lang = reply.language;
  for (const choice of reply.buttons) {
    const button = element("button", "", unbroken(choice.label));
    button.type = "button";
    button.addEventListener("click", () => onButton(choice));
    group.append(button);
  }
  return group;
}

// Only the newest reply offers choices: older ones may no longer mean the same.
function removeSuggestions() {
  for (const group of list.querySelectorAll(".suggestions")) group.remove();
}
