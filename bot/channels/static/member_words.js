// What a member of the team says: who and when, their words, the files that came along.

import { element } from "./dom.js";
import { safeFragment } from "./safe_html.js";
import { spoken, words } from "./strings.js";
import { filesOf } from "./team_files.js";

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
  const team = element("span", "team", ` ${words().ofTheTeam}`);
  if (reference) team.append(` · ${words().request(reference)}`);
  const who = element("span", "who", element("strong", "", by), team);
  const time = element("time", "", moment(new Date(at)));
  time.dateTime = at;
  const line = element("p", "by", initial, who, " ");
  if (corrects) line.append(tag(words().correction), " ");
  line.append(time, element("span", "unseen", "\u00a0: "));
  return line;
}

function tag(text) {
  return element("span", "tag", text);
}

// The hour, and the day if it is another than today.
function moment(date) {
  const isToday = date.toDateString() === new Date().toDateString();
  const style = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(spoken(), style).format(date);
}

function keyOf({ message, reference, by }) {
  return JSON.stringify([reference, by, message]);
}

// Marks in `list` what `reply` corrects.
export function markCorrected(list, reply) {
  for (const item of list.querySelectorAll(`[data-words="${CSS.escape(keyOf(reply))}"]`)) {
    if (item.classList.contains("corrected")) continue;
    item.classList.add("corrected");
    item.querySelector("time").before(tag(words().corrected), " ");
  }
}
