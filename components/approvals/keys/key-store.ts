import type { KeyFile } from "./key-file";

const DATABASE = "reliability-approver-keys";
const STORE = "keys";

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's storage did not answer"));
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "keyid" });
  return answerOf(request);
}

/** Keeps a key file in this browser; the private half in it is wrapped. */
export async function keepKey(file: KeyFile): Promise<void> {
  const database = await open();
  const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
  await answerOf(transaction.objectStore(STORE).put(file));
  database.close();
}

/** Somebody's key files in this browser, newest first. */
export async function keptKeys(approver: string): Promise<KeyFile[]> {
  const database = await open();
  const files = (await answerOf(database.transaction(STORE).objectStore(STORE).getAll())) as KeyFile[];
  database.close();
  return files.filter((file) => file.approver === approver).toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
}
