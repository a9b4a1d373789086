// The conversation with the assistant: sends what the person says, shows what comes back, and loses
// nothing on the way.

import * as api from "./api.js";
import * as held from "./held_files.js";
import { conversation, newId, queue } from "./memory.js";
import { spoken, words } from "./strings.js";
import * as team from "./team.js";
import * as teamFiles from "./team_files.js";
import * as view from "./view.js";

const TYPING_AFTER_MS = 400;
const RETRY_FIRST_MS = 1000;
const RETRY_LAST_MS = 30_000;
const LATE_MS = 15_000;

let onButton = () => {};
let sending = false;
let uploading = null; // the AbortController of the file on its way, and its id
let retryTimer = null;
let retryDelayMs = RETRY_FIRST_MS;
let restored = false;
let streamControl = null;
let cursor = 0;
let unanswered = new Set();
let lateTimer = null;

// ---- Sending: one thing at a time, in order, each under an id that makes repeating it harmless.

export function say(body, label, { silent = false, focus = false } = {}) {
  enqueue({ id: newId(), body, label, silent }, { focus });
}

// Sends files; those sent at once are one album, which the assistant speaks of once.
export async function sayFiles(files) {
  const album = files.length > 1 ? { album: newId() } : {};
  for (const file of files) {
    const id = newId();
    await held.put(id, file);
    enqueue({ id, body: album, file: { name: file.name, size_bytes: file.size } });
  }
}

function enqueue(item, { focus = false } = {}) {
  queue.add(item);
  view.addPerson(item, cancel);
  view.setState(item.id, "sending");
  if (!item.silent) view.bringUp(item.id, { focus });
  flush();
}

function done(item) {
  queue.remove(item.id);
  if (item.file) held.remove(item.id);
}

function cancel(id) {
  const item = queue.all().find((waiting) => waiting.id === id);
  if (item) done(item);
  view.removePerson(id);
  if (uploading?.id === id) uploading.control.abort();
  else flush();
}

function greet() {
  say({ command: "start", language: spoken() }, "", { silent: true });
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
  view.addPerson(item, cancel);
  view.setState(item.id, "sending");
  let own = null;
  try {
    own = await ensureConversation();
    taken(item, own, await (item.file ? upload(own, item) : send(own, item)));
    return true;
  } catch (error) {
    return refused(item, error, own);
  }
}

async function send(own, { id, body }) {
  const slow = setTimeout(() => expectAnswer(body), TYPING_AFTER_MS);
  try {
    return await api.send(own, { id, ...body });
  } finally {
    clearTimeout(slow);
  }
}

// What is written to a person, the assistant does not answer.
function expectAnswer(body) {
  const answers = !team.heldBy() || "button" in body || "command" in body;
  if (answers) view.showTyping(true);
}

class FileLost extends Error {}

async function upload(own, { id, body }) {
  const control = new AbortController();
  uploading = { id, control };
  let slow;
  try {
    const file = await held.get(id);
    control.signal.throwIfAborted();
    if (!file) throw new FileLost();
    const onProgress = (share) => {
      view.setProgress(id, share);
      if (share === 1) slow ??= setTimeout(() => expectAnswer(body), TYPING_AFTER_MS);
    };
    return await api.upload(own, { id, ...body, file }, { signal: control.signal, onProgress });
  } finally {
    clearTimeout(slow);
    uploading = null;
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

function taken(item, own, answer) {
  reached();
  done(item);
  if (!view.knows(item.id)) return; // a new conversation was begun meanwhile
  view.setState(item.id, "");
  if (answer === null) answerLater(item.id, own);
  else showAnswer(item.id, answer);
  view.bringUp(item.id);
}

function showAnswer(id, { replies, passedOn }) {
  replies.forEach(showReply);
  if (passedOn && !replies.length) view.setState(id, "", { text: words().passedOn });
}

// The replies will come by the stream, but that there are none, it does not tell.
function answerLater(id, own) {
  unanswered.add(id);
  lookAgainLater(own);
}

function lookAgainLater(own) {
  clearTimeout(lateTimer);
  lateTimer = setTimeout(() => unanswered.size && conversation.is(own) && restore(), LATE_MS);
}

function refused(item, error, own) {
  if (error.name === "AbortError" && !queue.has(item.id)) return true; // cancelled
  if (error instanceof FileLost) {
    done(item);
    view.setState(item.id, "rejected", { text: words().fileLost });
    return true;
  }
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
    view.setState(item.id, "failed", { onRetry: flush });
    return false;
  }
  done(item);
  const text = item.file && (words().fileRejected[error.status] ?? words().fileRejected[422]);
  view.setState(item.id, "rejected", { text });
  return true;
}

// The server no longer knows this conversation.
function leave(own) {
  if (!conversation.is(own)) return;
  conversation.forget();
  stopListening();
  unanswered.clear();
  team.forget();
  teamFiles.forget();
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
    const on = { onOpen: reached, onReply: showStreamedReply, onTeam: team.stands };
    await api.stream(own, cursor, { control, ...on });
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
  if (reply.erases) forgetAll();
  if (!reply.in_reply_to) view.addArrived(() => showReply(reply));
  else if (view.knows(reply.in_reply_to)) {
    // Who reads further up is left there.
    if (view.keepInSight(() => showReply(reply))) view.bringUp(reply.in_reply_to);
  } else restore(); // asked in another tab
}

// Everything of this conversation was erased: nothing of it is to stay on the screen.
function forgetAll() {
  unanswered.clear();
  team.forget();
  teamFiles.forget();
  view.clear();
}

function showReply(reply) {
  addReply(reply);
  unanswered.delete(reply.in_reply_to);
  showTyping();
}

function addReply(reply) {
  if (reply.author === "team") team.hasWritten(reply);
  view.addReply(reply, onButton);
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
    if (unanswered.size) lookAgainLater(own);
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
  const answered = new Set(messages.map((message) => message.in_reply_to));
  for (const message of messages) {
    if (message.author === "person") fillPerson(message, answered.has(message.id));
    else {
      addReply(message);
      cursor = Math.max(cursor, message.id);
    }
  }
  for (const item of queue.all()) {
    view.addPerson(item, cancel);
    view.setState(item.id, "waiting");
  }
  showTyping();
  window.scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
}

function fillPerson({ id, text, command, file, answered, passed_on: passedOn }, hasReply) {
  const queued = queue.all().find((item) => item.id === id);
  if (queued) done(queued); // it had arrived after all
  const label = text ?? words().commands[command];
  view.addPerson({ id, label, file, silent: command === "start" });
  if (!answered) unanswered.add(id);
  else if (passedOn && !hasReply) view.setState(id, "", { text: words().passedOn });
}

export function renew() {
  for (const item of queue.all()) done(item);
  uploading?.control.abort();
  conversation.forget();
  stopListening();
  unanswered.clear();
  team.forget();
  teamFiles.forget();
  view.clear();
  view.setBanner("");
  greet();
}

// Takes up the conversation; onPress is told the choice that the person presses.
export function begin(onPress) {
  onButton = onPress;
  held.keepOnly(queue.all().map(({ id }) => id));
  window.addEventListener("online", resume);
  window.addEventListener("offline", () => view.setBanner(words().offline));
  conversation.onChange(restore);
  document.addEventListener("visibilitychange", () => {
    // Browsers allow few connections to one server, shared by all tabs.
    if (document.hidden) stopListening();
    else resume();
  });
  restore();
}
