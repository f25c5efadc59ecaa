let onLost: (() => void) | null = null;

/** The driver writes to a connection that closed a moment ago (postgres 3.4.9, nextWrite); whoever waited for it was told already. */
function isWriteToClosed(error: unknown): boolean {
  return error instanceof TypeError && /reading 'write'/.test(error.message) && /\bnextWrite\b/.test(error.stack ?? "");
}

function judge(error: Error): void {
  if (isWriteToClosed(error)) onLost?.();
  // Where others listen too (next logs), they decide; alone, throwing from here is what ends the process.
  else if (process.listenerCount("uncaughtException") === 1) throw error;
}

/**
 * Keeps a process alive when the database closes a connection in the middle of a transaction: the driver throws then from a
 * timer of its own, where nobody can catch it. Every other fault that nobody catches ends the process as ever.
 *
 * @param replacePools  called then: the driver keeps what it could not write and would send it ahead of its next greeting, so
 *                      the pool it belongs to must not be used again
 * Source: porsager/postgres issues 1154 and 1208.
 */
export function surviveLostConnections(replacePools: () => void): void {
  if (!onLost) process.on("uncaughtException", judge);
  onLost = replacePools;
}
