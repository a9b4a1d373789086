// Files that the team sent: pictures are shown, each can be saved. They are had with the
// conversation's token, which an address must not hold: so the page fetches them itself.

import * as api from "./api.js";
import { element } from "./dom.js";
import { conversation } from "./memory.js";
import { size, words } from "./strings.js";

// What browsers show, and in which nothing runs.
const PICTURES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);
const SHOWN_UP_TO_BYTES = 10_000_000;

const had = new Map(); // promises of what was fetched, by the file's id
const seen = new IntersectionObserver(showSeen, { rootMargin: "200px" });
const waiting = new WeakMap(); // what to do once a place for a picture comes into sight

export function filesOf({ files, by }) {
  const list = element("ul", "files", ...files.map((file) => fileItem(file, by)));
  list.setAttribute("aria-label", words().filesOf(by));
  return list;
}

// What was fetched is of a conversation that is left.
export function forget() {
  for (const file of had.values()) {
    file.then(({ address }) => URL.revokeObjectURL(address), () => {});
  }
  had.clear();
}

function fileItem(file, by) {
  const trouble = element("p", "trouble");
  trouble.setAttribute("role", "status");
  const item = element("li", "", saveButton(file, trouble), trouble);
  const isLight = (file.size_bytes ?? 0) <= SHOWN_UP_TO_BYTES;
  if (PICTURES.has(file.media_type) && isLight) item.prepend(placeOfPicture(file, by));
  return item;
}

function saveButton(file, trouble) {
  const button = element("button", "file", element("span", "name", file.name));
  button.type = "button";
  const weight = file.size_bytes === null ? "" : size(file.size_bytes);
  if (weight) button.append(" ", element("span", "size", weight));
  button.setAttribute("aria-label", words().saveFile(file.name, weight));
  button.addEventListener("click", () => save(file, button, trouble));
  return button;
}

async function save(file, button, trouble) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  trouble.textContent = "";
  try {
    const { address } = await fetched(file);
    const link = element("a");
    link.href = address;
    link.download = file.name;
    link.click();
  } catch (error) {
    trouble.textContent = error.status === 410 ? words().fileGone : words().fileLater;
  } finally {
    button.ariaBusy = "false";
  }
}

function fetched({ id }) {
  if (!had.has(id)) {
    had.set(id, fetchIt(id));
    had.get(id).catch(() => had.delete(id));
  }
  return had.get(id);
}

async function fetchIt(id) {
  const blob = await api.download(conversation.get(), id);
  return { address: URL.createObjectURL(blob), type: blob.type };
}

// A picture is fetched when it comes into sight; if it cannot be had, saving it says why.
function placeOfPicture(file, by) {
  const place = element("div", "picture");
  waiting.set(place, async () => {
    const { address, type } = await fetched(file);
    if (!PICTURES.has(type)) throw new TypeError("no picture after all");
    const image = element("img");
    image.alt = words().pictureOf(by, file.name);
    image.src = address;
    await image.decode();
    const link = element("a", "", image);
    link.href = address;
    link.target = "_blank";
    place.append(link);
  });
  seen.observe(place);
  return place;
}

function showSeen(entries) {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    waiting.get(target)().catch(() => target.remove());
  }
}
