import fs from "node:fs";
import path from "node:path";

/**
 * Whether the work was done for exactly this state of its inputs.
 *
 * @param {string} stampFile @param {string} state
 */
export const isDone = (stampFile, state) => fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === state;

/** From now on the result is not to be trusted: an interrupted run must not pass for a finished one. @param {string} stampFile */
export const forgetDone = (stampFile) => fs.rmSync(stampFile, { force: true });

/** @param {string} stampFile @param {string} state */
export function rememberDone(stampFile, state) {
  fs.mkdirSync(path.dirname(stampFile), { recursive: true });
  fs.writeFileSync(stampFile, state);
}
