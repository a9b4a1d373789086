// The chat page: sends what the person says, shows what comes back, and loses nothing on the way.

import * as api from "./api.js";
import { conversation, language, newId, queue } from "./memory.js";
import { LANGUAGES, otherLanguage, strings } from "./strings.js";
import * as view from "./view.js";

const TEXT_LIMIT = 4000;
const COUNTER_FROM = 3500;
const TYPING_AFTER_MS = 400;
const RETRY_FIRST_MS = 1000;
const RETRY_LAST_MS = 30_000;

const page = document.documentElement;
const names = JSON.parse(page.dataset.names);
const languages = page.dataset.languages.split(" ").filter((code) => LANGUAGES.includes(code));
const question = document.getElementById("question");
const counter = document.getElementById("counter");

let spoken = firstLanguage();
let sending = false;
let retryTimer = null;
let retryDelayMs = RETRY_FIRST_MS;
let restored = false;
let streamControl = null;
let cursor = 0;
let unanswered = new Set();

function firstLanguage() {
  const wanted = [language.get(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((code) => languages.includes(code)) ?? languages[0] ?? "fr";
}

function words() {
  return strings(spoken);
}

function speak(code) {
  spoken = code;
  page.lang = code;
  view.speak(words());
  document.getElementById("territory").textContent = names[code] ?? Object.values(names)[0] ?? "";
  const toggle = document.getElementById("language");
  toggle.hidden = languages.length < 2;
  toggle.lang = otherLanguage(code);
  toggle.querySelector(".wide").textContent = words().otherLanguage;
  toggle.querySelector(".narrow").textContent = otherLanguage(code).toUpperCase();
  showCounter();
}

// ---- Sending: one message at a time, in order, each under an id that makes repeating it harmless.

function say(body, label, { silent = false, focus = false } = {}) {
  const item = { id: newId(), body, label, silent };
  queue.add(item);
  view.addPerson(item);
  view.setState(item.id, "sending");
  if (!silent) view.bringUp(item.id, { focus });
  flush();
}

function greet() {
  say({ command: "start", language: spoken }, "", { silent: true });
}

async function flush() {
  if (sending) return;
  sending = true;
  clearTimeout(retryTimer);
  try {
    for (let item; (item = queue.all()[0]); ) {
      if (!(await deliver(item))) break;
    }
  } finally {
    sending = false;
    showTyping();
  }
}

// Returns whether to go on with the queue.
async function deliver(item) {
  view.addPerson(item);
  view.setState(item.id, "sending");
  const slow = setTimeout(() => view.showTyping(true), TYPING_AFTER_MS);
  let own = null;
  try {
    own = await ensureConversation();
    taken(item, await api.send(own, { id: item.id, ...item.body }));
    return true;
  } catch (error) {
    return refused(item, error, own);
  } finally {
    clearTimeout(slow);
  }
}

async function ensureConversation() {
  if (!conversation.get()) {
    conversation.set(await api.createConversation());
    cursor = 0;
    listen();
  }
  return conversation.get();
}

function taken(item, replies) {
  reached();
  queue.remove(item.id);
  if (!view.knows(item.id)) return; // a new conversation was begun meanwhile
  view.setState(item.id, "");
  if (replies === null) unanswered.add(item.id);
  else replies.forEach(showReply);
  view.bringUp(item.id);
}

function refused(item, error, own) {
  if (!(error instanceof api.ApiError)) {
    unreachable();
    return false;
  }
  reached();
  if (error.status === 429) {
    view.setState(item.id, "waiting");
    view.setBanner(words().slowDown);
    resumeIn((error.retryAfterSeconds ?? 5) * 1000);
    return false;
  }
  if (own && error.conversationIsGone) {
    leave(own);
    return true;
  }
  if (error.status >= 500 || error.conversationIsGone) {
    view.setState(item.id, "failed", flush);
    return false;
  }
  queue.remove(item.id);
  view.setState(item.id, "rejected");
  return true;
}

// The server no longer knows this conversation.
function leave(own) {
  if (!conversation.is(own)) return;
  conversation.forget();
  stopListening();
  unanswered.clear();
  view.addNotice(words().renewed);
}

// ---- The network comes and goes.

function unreachable() {
  view.setBanner(navigator.onLine ? words().unreachable : words().offline);
  for (const { id } of queue.all()) view.setState(id, "waiting");
  resumeIn(retryDelayMs * (0.75 + Math.random() / 2));
  retryDelayMs = Math.min(retryDelayMs * 2, RETRY_LAST_MS);
}

function reached() {
  view.setBanner("");
  retryDelayMs = RETRY_FIRST_MS;
}

function resumeIn(delayMs) {
  clearTimeout(retryTimer);
  retryTimer = setTimeout(resume, delayMs);
}

function resume() {
  if (!restored) return restore();
  if (!streamControl) listen();
  return flush();
}

// Follows the replies that come later, for as long as the page is looked at.
async function listen() {
  const own = conversation.get();
  if (!own || document.hidden) return;
  stopListening();
  const control = new AbortController();
  streamControl = control;
  let error = null;
  try {
    await api.stream(own, cursor, { control, onOpen: reached, onReply: showStreamedReply });
  } catch (caught) {
    error = caught;
  }
  if (streamControl !== control) return; // stopped on purpose
  streamControl = null;
  if (error instanceof api.ApiError && error.conversationIsGone) {
    leave(own);
    greet();
  } else if (error && !(error instanceof api.ApiError)) {
    unreachable();
  } else {
    resumeIn(error ? RETRY_LAST_MS : RETRY_FIRST_MS);
  }
}

function stopListening() {
  const control = streamControl;
  streamControl = null;
  control?.abort();
}

function showStreamedReply(reply) {
  // Only what came by the stream moves its cursor: an answer to a POST may overtake another reply.
  cursor = Math.max(cursor, reply.id);
  if (reply.in_reply_to && !view.knows(reply.in_reply_to)) restore(); // asked in another tab
  else showReply(reply);
}

function showReply(reply) {
  view.addReply(reply, press);
  unanswered.delete(reply.in_reply_to);
  showTyping();
}

function showTyping() {
  view.showTyping(unanswered.size > 0);
}

// ---- The page opens, or opens again.

async function restore() {
  const own = conversation.get();
  try {
    const messages = own ? await api.transcript(own) : [];
    restored = true;
    view.quietly(() => fill(messages));
  } catch (error) {
    if (own && error instanceof api.ApiError && error.conversationIsGone) {
      leave(own);
      return restore();
    }
    if (view.isEmpty()) fill([]);
    return unreachable();
  }
  if (!own && !queue.all().length) return greet();
  listen();
  return flush();
}

function fill(messages) {
  const notices = conversation.get() ? [] : view.notices();
  view.clear();
  notices.forEach(view.addNotice);
  unanswered = new Set();
  for (const message of messages) {
    if (message.author === "person") fillPerson(message);
    else {
      view.addReply(message, press);
      cursor = Math.max(cursor, message.id);
    }
  }
  for (const item of queue.all()) {
    view.addPerson(item);
    view.setState(item.id, "waiting");
  }
  showTyping();
  window.scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
}

function fillPerson({ id, text, command, answered }) {
  queue.remove(id); // it had arrived after all
  view.addPerson({ id, label: text ?? words().commands[command], silent: command === "start" });
  if (!answered) unanswered.add(id);
}

// ---- What the person does.

function press({ value, label }) {
  const [, code] = /^language:(fr|en)$/.exec(value) ?? [];
  if (code) choose(code);
  say({ button: value }, label, { focus: true });
}

function submit() {
  const text = question.value.trim();
  if (!text || text.length > TEXT_LIMIT) {
    question.focus();
    return;
  }
  question.value = "";
  fit();
  say({ text }, text);
  question.focus();
}

function fit() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight}px`;
  showCounter();
}

function showCounter() {
  const { length } = question.value;
  const tooLong = length > TEXT_LIMIT;
  const text = tooLong ? words().tooLong(length) : words().counter(length);
  counter.textContent = length > COUNTER_FROM ? text : "";
  question.setAttribute("aria-invalid", String(tooLong));
}

function choose(code) {
  language.set(code);
  speak(code);
}

function switchLanguage() {
  const code = otherLanguage(spoken);
  choose(code);
  say({ command: "language", language: code }, words().commands.language);
}

function renew() {
  conversation.forget();
  queue.clear();
  stopListening();
  unanswered.clear();
  view.clear();
  view.setBanner("");
  greet();
  question.focus();
}

function listenToPerson() {
  const confirm = document.getElementById("confirm");
  document.getElementById("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  question.addEventListener("input", fit);
  question.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  document.getElementById("language").addEventListener("click", switchLanguage);
  document.getElementById("privacy").addEventListener("click", () => {
    const text = words().privacyQuestion;
    say({ text }, text, { focus: true });
  });
  document.getElementById("renew").addEventListener("click", () => {
    confirm.returnValue = "";
    confirm.showModal();
  });
  confirm.addEventListener("close", () => {
    if (confirm.returnValue === "renew") renew();
  });
}

function listenToWorld() {
  window.addEventListener("online", resume);
  window.addEventListener("offline", () => view.setBanner(words().offline));
  conversation.onChange(restore);
  document.addEventListener("visibilitychange", () => {
    // Browsers allow few connections to one server, shared by all tabs.
    if (document.hidden) stopListening();
    else resume();
  });
}

speak(spoken);
listenToPerson();
listenToWorld();
restore();
