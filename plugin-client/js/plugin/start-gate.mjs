/**
 * Loaded before the plugin (node --import): waits for one byte from the agent, which sends it only after the plugin's pid is on disk.
 * If the agent dies first, the pipe ends and this process goes away, so no plugin ever runs that a later agent could not find.
 */
import { readSync } from "node:fs";

let received = 0;
try {
  received = readSync(0, Buffer.alloc(1), 0, 1, null);
} catch (error) {
  process.stderr.write(`start gate: ${error}\n`);
}
if (received !== 1) process.exit(0);
