// What the page remembers in this browser: its conversation, the language, and the messages that
// have not reached the server. Read afresh each time, since other tabs share it.

const KEYS = {
  conversation: "assistant.conversation",
  language: "assistant.language",
  queue: "assistant.queue",
};
const kept = new Map(); // what storage refused (blocked, full), for as long as the page lives

function read(key) {
  if (kept.has(key)) return kept.get(key);
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    kept.delete(key);
  } catch {
    kept.set(key, value);
  }
}

export const conversation = {
  get: () => read(KEYS.conversation),
  set: (value) => write(KEYS.conversation, value),
  forget: () => write(KEYS.conversation, null),
  is: (other) => conversation.get()?.id === other.id,
  // Another tab took up another conversation: they share one.
  onChange: (callback) =>
    window.addEventListener("storage", (event) => {
      if (event.key === KEYS.conversation && event.newValue) callback();
    }),
};

export const language = {
  get: () => read(KEYS.language),
  set: (value) => write(KEYS.language, value),
};

export const queue = {
  all: () => read(KEYS.queue) ?? [],
  add: (item) => write(KEYS.queue, [...queue.all(), item]),
  has: (id) => queue.all().some((item) => item.id === id),
  remove: (id) => write(KEYS.queue, queue.all().filter((item) => item.id !== id)),
  clear: () => write(KEYS.queue, null),
};

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Outside https and localhost there is no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
