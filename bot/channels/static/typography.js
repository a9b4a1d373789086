// What must stay on one line: a mark after its word, guillemets, a number with its unit, a telephone
// number. French puts a space before its marks, at which a narrow page would break.

const NO_BREAK = "\u00a0";
const UNITS = "%|€|k€|M€|Md€|m²|m2|ha|km|h";
const INSIDE = [
  / (?=[?!:;»])/g,
  /(?<=«) /g,
  /(?<=\d) (?=\d)/g,
  new RegExp(`(?<=\\d) (?=(?:${UNITS})(?![\\p{L}\\d]))`, "gu"),
];

export function unbroken(text) {
  return INSIDE.reduce((kept, space) => kept.replace(space, NO_BREAK), text);
}
