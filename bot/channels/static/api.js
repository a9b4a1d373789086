// The web API as functions. A failed request throws ApiError; no network at all, a TypeError.

const SEND_TIMEOUT_MS = 30_000;
const SILENCE_MS = 60_000; // three heartbeats

export class ApiError extends Error {
  constructor(status, message, retryAfterSeconds) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get conversationIsGone() {
    return [401, 403, 404].includes(this.status);
  }
}

function refusal(status, body, retryAfter) {
  return new ApiError(status, body?.error?.message ?? "", Number(retryAfter) || null);
}

async function call(path, { token, ...options } = {}) {
  const headers = new Headers(options.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(path, { cache: "no-store", ...options, headers });
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw refusal(response.status, body, response.headers.get("Retry-After"));
}

export async function createConversation() {
  const response = await call("/api/conversations", { method: "POST" });
  return response.json();
}

export async function transcript({ id, token }) {
  const response = await call(`/api/conversations/${id}/messages`, { token });
  return (await response.json()).messages;
}

// Returns the replies and whether a team was told, or null when the replies will come by the stream.
export async function send({ id, token }, message) {
  const response = await call(`/api/conversations/${id}/messages`, {
    method: "POST",
    token,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
  });
  return answerOf(response.status, await response.json());
}

function answerOf(status, { replies, passed_on: passedOn }) {
  return status === 202 ? null : { replies, passedOn };
}

// A file that the team sent, as a Blob of the type that the server found it to be.
export async function download({ id, token }, fileId) {
  const response = await call(`/api/conversations/${id}/files/${fileId}`, { token });
  return response.blob();
}

// Sends a file; returns as `send` does. onProgress is told the share that has left, 0 to 1; `signal`
// stops it (an AbortError). Not by fetch, which does not tell how far an upload is.
export function upload({ id, token }, { file, ...fields }, { signal, onProgress }) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled;
    const heard = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), SEND_TIMEOUT_MS);
    };
    const stop = () => request.abort();
    request.open("POST", `/api/conversations/${id}/files`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => {
      heard();
      onProgress(loaded / total);
    };
    request.onload = () => {
      const { status, response } = request;
      if (status >= 300) reject(refusal(status, response, request.getResponseHeader("Retry-After")));
      else if (!response) reject(new TypeError("no answer of ours"));
      else resolve(answerOf(status, response));
    };
    request.onerror = () => reject(new TypeError("no network"));
    request.onabort = () => reject(signal.aborted ? signal.reason : new TypeError("no answer"));
    request.onloadend = () => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", stop);
    };
    signal.addEventListener("abort", stop);
    heard();
    request.send(form);
  });
}

// Calls onReply with each reply after the cursor and onTeam with how the team stands, until the
// server ends the stream, `control` is aborted or nothing is heard for longer than the server's
// heartbeat allows.
export async function stream({ id, token }, after, { onOpen, onReply, onTeam, control }) {
  let silence;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => control.abort(), SILENCE_MS);
  };
  heard();
  try {
    const path = `/api/conversations/${id}/events?after=${after}`;
    const response = await call(path, { token, signal: control.signal });
    onOpen();
    for await (const { name, data } of events(response.body, heard)) {
      if (name === "reply") onReply(data);
      else if (name === "team") onTeam(data);
    }
  } finally {
    clearTimeout(silence);
  }
}

async function* events(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heard();
    const blocks = (buffer + value).split("\n\n");
    buffer = blocks.pop();
    for (const block of blocks) {
      const [name, data] = [field(block, "event"), field(block, "data")];
      if (data) yield { name, data: JSON.parse(data) };
    }
  }
}

function field(block, name) {
  const start = `${name}: `;
  return block.split("\n").find((line) => line.startsWith(start))?.slice(start.length);
}
