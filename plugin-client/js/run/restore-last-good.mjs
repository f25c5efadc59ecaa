import { StartError } from "../plugin/plugin-process.mjs";
import { finishFailed } from "./conclude-change.mjs";
import { switchHome } from "./switch-home.mjs";

/**
 * Brings back the last good copy of the attempt in the journal and reports the failure. It may be called again after a crash at any
 * point of itself: the journal says "restoring" until the good copy was started.
 * @param {import("../types.d.mts").Agent} agent
 * @param {string} reason why the attempt failed; the first reason stays when this is a repetition
 */
export async function restoreLastGood(agent, reason) {
  const attempt = agent.journal.data.attempt;
  if (!attempt?.restore) return;
  const { restore } = attempt;
  agent.log("warn", "restoring the last good copy", { command_id: attempt.id, reason, version: restore.version });
  agent.journal.update("restoring", (draft) => {
    if (!draft.attempt) return;
    draft.attempt.phase = "restoring";
    draft.attempt.reason ??= reason;
  });
  let isProven = true;
  try {
    await switchHome(agent, restore, "restore");
  } catch (error) {
    if (agent.isClosing) return;
    if (!(error instanceof StartError)) throw error; // the disk refuses: stay in "restoring", the watch tries again
    agent.log("error", "the last good copy does not come up either", { version: restore.version, reason: error.reason });
    isProven = false;
  }
  // "Rolled back" is only said of a copy that was seen running; otherwise a person is needed.
  finishFailed(agent, { reason: attempt.reason ?? reason, rolledBack: isProven, running: isProven ? restore.version : null });
}
