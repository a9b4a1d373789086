// An answer's HTML, rebuilt element by element: whatever is not on these lists becomes text.

import { unbroken } from "./typography.js";

const ELEMENTS = new Set(["P", "UL", "OL", "LI", "STRONG", "EM", "BR", "A"]);
const PROTOCOLS = new Set(["https:", "http:", "mailto:", "tel:"]);

export function safeFragment(html, newTab) {
  const fragment = document.createDocumentFragment();
  const parsed = new DOMParser().parseFromString(html, "text/html");
  fragment.append(...Array.from(parsed.body.childNodes, (node) => rebuilt(node, newTab)));
  return fragment;
}

function rebuilt(node, newTab) {
  if (node.nodeType !== Node.ELEMENT_NODE || !ELEMENTS.has(node.tagName)) {
    return document.createTextNode(unbroken(node.textContent));
  }
  const element = document.createElement(node.tagName);
  element.append(...Array.from(node.childNodes, (child) => rebuilt(child, newTab)));
  if (node.tagName === "OL" && /^\d+$/.test(node.getAttribute("start") ?? "")) {
    element.start = Number(node.getAttribute("start"));
  }
  if (node.tagName === "A") linkTo(element, node.getAttribute("href") ?? "", newTab);
  return element;
}

export function linkTo(element, address, newTab) {
  let protocol;
  try {
    protocol = new URL(address).protocol;
  } catch {
    return;
  }
  if (!PROTOCOLS.has(protocol)) return;
  element.href = address;
  if (protocol === "mailto:" || protocol === "tel:") return;
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  const hint = document.createElement("span");
  hint.className = "unseen";
  hint.textContent = ` (${newTab})`;
  element.append(hint);
}
