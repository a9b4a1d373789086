// The chat page: what the person writes, chooses and presses.

import * as attaching from "./attaching.js";
import { language } from "./memory.js";
import { LANGUAGES, otherLanguage, speakIn, spoken, words } from "./strings.js";
import * as talk from "./talk.js";
import * as team from "./team.js";
import * as view from "./view.js";

const TEXT_LIMIT = 4000;
const COUNTER_FROM = 3500;

const page = document.documentElement;
const names = JSON.parse(page.dataset.names);
const languages = page.dataset.languages.split(" ").filter((code) => LANGUAGES.includes(code));
const question = document.getElementById("question");
const counter = document.getElementById("counter");
const confirm = document.getElementById("confirm");

// ---- The page's language.

function firstLanguage() {
  const wanted = [language.get(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((code) => languages.includes(code)) ?? languages[0] ?? "fr";
}

function speak(code) {
  speakIn(code);
  page.lang = code;
  view.speak();
  attaching.speak();
  team.speak();
  document.getElementById("territory").textContent = names[code] ?? Object.values(names)[0] ?? "";
  const toggle = document.getElementById("language");
  toggle.hidden = languages.length < 2;
  toggle.lang = otherLanguage(code);
  toggle.querySelector(".wide").textContent = words().otherLanguage;
  toggle.querySelector(".narrow").textContent = otherLanguage(code).toUpperCase();
  showCounter();
}

function choose(code) {
  language.set(code);
  speak(code);
}

function switchLanguage() {
  const code = otherLanguage(spoken());
  choose(code);
  talk.say({ command: "language", language: code }, words().commands.language);
}

// ---- Writing.

function submit() {
  const text = question.value.trim();
  if ((!text && attaching.isEmpty()) || text.length > TEXT_LIMIT) {
    question.focus();
    return;
  }
  question.value = "";
  fit();
  // What is written first, so that the files join what it begins.
  if (text) talk.say({ text }, text);
  talk.sayFiles(attaching.take());
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

function press({ value, label }) {
  const [, code] = /^language:(fr|en)$/.exec(value) ?? [];
  if (code) choose(code);
  talk.say({ button: value }, label, { focus: true });
}

// ---- The controls.

function listenToComposer() {
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
  attaching.listen();
}

// Who leaves with a request open no longer reads what the team answers.
function warn() {
  const text = document.getElementById("confirm-text");
  const isOpen = team.hasOpenRequests();
  text.dataset.text = isOpen ? "renewTextOpen" : "renewText";
  text.textContent = words()[text.dataset.text];
  for (const button of confirm.querySelectorAll("button")) {
    button.classList.toggle("primary", (button.value === "keep") === isOpen);
  }
}

function listenToHeader() {
  document.getElementById("language").addEventListener("click", switchLanguage);
  document.getElementById("requests").addEventListener("click", () => {
    const body = { command: "requests", language: spoken() };
    talk.say(body, words().commands.requests, { focus: true });
  });
  document.getElementById("renew").addEventListener("click", () => {
    confirm.returnValue = "";
    confirm.showModal();
  });
  warn();
  // Also while it asks, a request may be opened or closed.
  team.onChange(warn);
  confirm.addEventListener("close", () => {
    if (confirm.returnValue !== "renew") return;
    talk.renew();
    question.focus();
  });
  document.getElementById("privacy").addEventListener("click", () => {
    const text = words().privacyQuestion;
    talk.say({ text }, text, { focus: true });
  });
}

speak(firstLanguage());
listenToComposer();
listenToHeader();
talk.begin(press);
