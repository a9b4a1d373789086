// Choosing files before they are sent: by the button, by dropping them on the page, by pasting a
// picture. What cannot be sent is said at once.

import { element } from "./dom.js";
import { size, words } from "./strings.js";

const MOST_AT_ONCE = 10;
const LIMIT_BYTES = Number(document.documentElement.dataset.fileLimit);

const input = document.getElementById("files");
const button = document.getElementById("attach");
const list = document.getElementById("attached");
const note = document.getElementById("attaching");
const ENDINGS = input.accept.split(",").filter((part) => part.startsWith("."));

let chosen = [];

// The files chosen, in order; none is afterwards.
export function take() {
  const files = chosen;
  chosen = [];
  show("");
  return files;
}

export function isEmpty() {
  return !chosen.length;
}

// Says what is there in another language.
export function speak() {
  show("");
}

function add(files) {
  const notes = files.map(addOne).filter(Boolean);
  show(notes.join(" "));
}

// Returns what there is to say of a file.
function addOne(file) {
  const fault = faultOf(file);
  if (fault) return fault;
  if (chosen.some((other) => same(other, file))) return "";
  if (chosen.length === MOST_AT_ONCE) return words().tooMany(MOST_AT_ONCE);
  chosen.push(file);
  return "";
}

function same(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

function faultOf(file) {
  if (!file.size) return words().fileEmpty(file.name);
  if (file.size > LIMIT_BYTES) return words().fileTooLarge(file.name, size(LIMIT_BYTES));
  const [ending] = /\.[^.]*$/.exec(file.name.toLowerCase()) ?? [""];
  // Telephones hand over pictures without an ending; the server looks at what is in them anyway.
  const isPicture = !ending && file.type.startsWith("image/");
  return isPicture || ENDINGS.includes(ending) ? "" : words().fileType(file.name);
}

function remove(file) {
  chosen = chosen.filter((other) => other !== file);
  show(words().detached(file.name));
  button.focus();
}

function show(said) {
  list.replaceChildren(...chosen.map(chip));
  list.hidden = !chosen.length;
  note.textContent = said;
}

function chip(file) {
  const off = element("button", "quiet");
  off.type = "button";
  off.setAttribute("aria-label", words().detach(file.name));
  off.append(cross());
  off.addEventListener("click", () => remove(file));
  const name = element("span", "name", file.name);
  name.title = file.name;
  return element("li", "", name, " ", element("span", "size", size(file.size)), off);
}

function cross() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M6 6l12 12M18 6 6 18");
  svg.append(path);
  return svg;
}

function carriesFiles(transfer) {
  return transfer?.types.includes("Files") ?? false;
}

export function listen() {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add(Array.from(input.files));
    input.value = ""; // the same file may be chosen again
  });
  document.addEventListener("paste", (event) => {
    // A copied table comes as text and as its picture: the text is what is meant.
    if (!carriesFiles(event.clipboardData) || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    add(Array.from(event.clipboardData.files));
  });
  listenToDrops();
}

function listenToDrops() {
  const over = (is) => document.body.classList.toggle("dropping", is);
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event.dataTransfer) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    over(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) over(false);
  });
  document.addEventListener("drop", (event) => {
    over(false);
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault(); // or the browser would leave the page to show the file
    add(Array.from(event.dataTransfer.files));
  });
}
