// What a member of the team says: who and when, their words, the files that came along.

import { element } from "./dom.js";
import { safeFragment } from "./safe_html.js";
import { spoken, words } from "./strings.js";
import { filesOf } from "./team_files.js";

const LOCALES = { fr: "fr-FR", en: "en-GB" };

export function memberWords(reply) {
  const body = element("div", "words");
  body.lang = reply.language;
  body.append(safeFragment(reply.html, words().newTab));
  if (reply.files.length) body.append(filesOf(reply));
  const item = element("li", "member", heading(reply), body);
  item.dataset.words = keyOf(reply);
  return item;
}

function heading({ by, reference, corrects, at }) {
  const initial = element("span", "initial", [...by.trim()][0]?.toUpperCase() ?? "");
  initial.ariaHidden = "true";
  const time = element("time", "", moment(new Date(at)));
  time.dateTime = at;
  const team = element("span", "team", words().ofTheTeam, " · ");
  if (reference) team.append(words().request(reference), " · ");
  team.append(time);
  const name = element("span", "name", element("strong", "", by), " ");
  if (corrects) name.append(tag(words().correction), " ");
  const end = element("span", "unseen", "\u00a0: ");
  return element("p", "by", initial, element("span", "who", name, team, end));
}

function tag(text) {
  return element("span", "tag", text);
}

// The hour, and the day if it is another than today.
function moment(date) {
  const isToday = date.toDateString() === new Date().toDateString();
  const style = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(LOCALES[spoken()], style).format(date);
}

function keyOf({ message, reference, by }) {
  return JSON.stringify([reference, by, message]);
}

// Marks in `list` what `reply` corrects.
export function markCorrected(list, reply) {
  for (const item of list.querySelectorAll(`[data-words="${CSS.escape(keyOf(reply))}"]`)) {
    if (item.classList.contains("corrected")) continue;
    item.classList.add("corrected");
    item.querySelector(".by .name").append(tag(words().corrected), " ");
  }
}
