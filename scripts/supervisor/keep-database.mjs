import { setTimeout as wait } from "node:timers/promises";
import { ensurePostgres } from "../embedded-postgres.mjs";
import { nextBackoffMs } from "./backoff.mjs";
import { describeExit } from "./supervise-child.mjs";

/**
 * Runs the embedded PostgreSQL and starts it again whenever it dies, on the port that the other programs know.
 *
 * @param {string} dataDir
 * @param {(line: string) => void} report
 * @returns {Promise<{ superuserUrl: string, port: number, stop(mode: "fast" | "immediate"): Promise<void> }>} `stop` also ends the restarting
 */
export async function keepDatabase(dataDir, report) {
  const stopping = new AbortController();
  let delayMs = 0;
  let startedAt = performance.now();
  /** @type {Promise<void>} */
  let restarting = Promise.resolve();

  /** @param {{ code: number | null, signal: string | null }} how */
  const onExit = (how) => {
    report(`PostgreSQL ended (${describeExit(how)})`);
    restarting = restart();
  };
  let server = await ensurePostgres({ dataDir, onExit });
  const { port, superuserUrl } = server;
  if (server.reused) report(`PostgreSQL was still running (process ${server.pid}), using it`);

  async function restart() {
    while (!stopping.signal.aborted) {
      delayMs = nextBackoffMs(delayMs, performance.now() - startedAt);
      await pause(delayMs, stopping.signal);
      if (stopping.signal.aborted) return;
      startedAt = performance.now();
      try {
        server = await ensurePostgres({ dataDir, port, onExit });
        report(`PostgreSQL runs again (process ${server.pid})`);
        return;
      } catch (error) {
        report(`PostgreSQL cannot start: ${/** @type {Error} */ (error).message}`);
      }
    }
  }

  return {
    superuserUrl,
    port,
    async stop(mode) {
      stopping.abort();
      await restarting;
      await server.stop(mode);
    },
  };
}

/** @param {number} ms @param {AbortSignal} signal resolves at once when it fires */
async function pause(ms, signal) {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
