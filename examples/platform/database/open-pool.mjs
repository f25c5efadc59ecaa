import postgres from "postgres";

/** @typedef {import("postgres").Sql} Sql */

/** Replaces a pool of this process, each. @type {Set<() => void>} */
const replacements = new Set();

/** The driver writes to a connection that closed a moment ago (postgres 3.4.9, nextWrite); whoever waited for it was told already. @param {unknown} error */
function isWriteToClosed(error) {
  return error instanceof TypeError && /reading 'write'/.test(error.message) && /\bnextWrite\b/.test(error.stack ?? "");
}

/** Every other exception that nobody caught ends the process, as ever. @param {unknown} error */
function survive(error) {
  if (!isWriteToClosed(error)) throw error;
  for (const replace of replacements) replace();
}

/**
 * A pool that outlives a database that is cut off in the middle of a request: the driver then throws from a timer of its own, and keeps what it could
 * not write for its next greeting, so that every pool of the process is replaced by a new one (porsager/postgres issues 1154 and 1208).
 *
 * @param {string} url @param {import("postgres").Options<{}>} options
 * @returns {Sql} for queries, `begin`, `unsafe`, `json` and `end`
 */
export function openPool(url, options) {
  const open = () => postgres(url, { idle_timeout: 300, connect_timeout: 5, onnotice: () => undefined, ...options });
  let pool = open();
  const replace = () => {
    pool.end({ timeout: 0 }).catch(() => undefined); // broken, which is why it goes
    pool = open();
  };
  if (replacements.size === 0) process.on("uncaughtException", survive);
  replacements.add(replace);
  const end = (/** @type {{ timeout?: number } | undefined} */ how) => {
    replacements.delete(replace);
    return pool.end(how);
  };
  return new Proxy(pool, {
    apply: (_first, _self, args) => Reflect.apply(pool, undefined, args),
    get: (_first, name) => (name === "end" ? end : Reflect.get(pool, name)),
  });
}
