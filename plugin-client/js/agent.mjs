#!/usr/bin/env node
/**
 * The agent beside a plugin: `node agent.mjs --dir DIR`, or `startAgent(config)` from a program of your own.
 * `--chaos LABEL` is for tests alone: the agent then kills itself at that step (kill-point.mjs).
 * Exits 0 after SIGTERM or SIGINT, 1 when it cannot start (wrong configuration, another agent in DIR, no plugin installed).
 */
import { readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { logRecord } from "./log.mjs";
import { startAgent } from "./run/start-agent.mjs";

export { startAgent };

async function main() {
  const { values } = parseArgs({ options: { dir: { type: "string" }, chaos: { type: "string" } } });
  if (!values.dir) throw new TypeError("usage: node agent.mjs --dir DIR [--chaos LABEL]");
  const dir = resolve(values.dir);
  const config = { ...JSON.parse(readFileSync(join(dir, "agent.json"), "utf8")), dir };
  const agent = startAgent(config, values.chaos === undefined ? {} : { killAt: values.chaos });
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT"])) {
    process.on(signal, () => {
      agent.stop().then(() => process.exit(0), fail);
    });
  }
  await agent.ready;
}

/** @param {unknown} error */
function fail(error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stdout.write(logRecord("error", message, {}, Date.now()), () => process.exit(1));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main().catch(fail);
