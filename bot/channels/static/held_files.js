// The files that have not reached the server yet, kept in this browser so that they survive a
// reload as messages do; where it refuses to keep them, for as long as the page lives.

const DATABASE = "assistant";
const STORE = "files";
const kept = new Map();
let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
  return opening;
}

async function run(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export async function put(id, file) {
  kept.set(id, file);
  await run("readwrite", (store) => store.put(file, id)).catch(() => {});
}

// The file, if it can still be read: it may have been moved or changed since it was chosen.
export async function get(id) {
  const file = kept.get(id) ?? (await run("readonly", (store) => store.get(id)).catch(() => null));
  const readable = await file?.slice(0, 1).arrayBuffer().catch(() => null);
  return readable ? file : null;
}

export async function remove(id) {
  kept.delete(id);
  await run("readwrite", (store) => store.delete(id)).catch(() => {});
}

// Lets go of whatever a closed page left behind.
export async function keepOnly(ids) {
  const stored = await run("readonly", (store) => store.getAllKeys()).catch(() => []);
  await Promise.all(stored.filter((id) => !ids.includes(id) && !kept.has(id)).map(remove));
}
