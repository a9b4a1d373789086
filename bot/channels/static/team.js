// Who of the team has the conversation, and who is writing, as far as it is known.

import { words } from "./strings.js";
import * as view from "./view.js";

const NOBODY = { held_by: "", writing: null, open_requests: 0 };
const presence = document.getElementById("presence");
const question = document.getElementById("question");

let known = NOBODY;
let doneWriting = null;
let changed = () => {};

export function heldBy() {
  return known.held_by;
}

export function hasOpenRequests() {
  return known.open_requests > 0;
}

export function onChange(listener) {
  changed = listener;
}

// What the server tells; that somebody writes is shown no longer than it says.
export function stands(team) {
  known = team;
  clearTimeout(doneWriting);
  if (team.writing) doneWriting = setTimeout(stopWriting, team.writing.seconds * 1000);
  speak();
  changed();
}

function stopWriting() {
  stands({ ...known, writing: null });
}

// Their words are there: they may come before the server tells that they are written.
export function hasWritten({ by }) {
  if (known.writing?.by === by) stopWriting();
}

export function forget() {
  stands(NOBODY);
}

// Says it, also in another language.
export function speak() {
  const { held_by: name, writing } = known;
  presence.textContent = name ? words().writingTo(name) : "";
  view.setPlaceholder(question, name ? "placeholderTeam" : "placeholder");
  view.showWriting(writing ? words().writing(writing.by) : "");
}
