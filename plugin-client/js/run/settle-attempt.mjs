import { readText } from "../disk/durable-file.mjs";
import { diskVersion } from "../disk/installed-versions.mjs";
import { StartError } from "../plugin/plugin-process.mjs";
import { swap } from "./apply-change.mjs";
import { keepAsGood } from "./conclude-change.mjs";
import { restoreLastGood } from "./restore-last-good.mjs";
import { placeHome, readHome, switchHome } from "./switch-home.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */

/**
 * Settles what a crash left in the journal, before anything else happens.
 *
 * | phase      | what a crash may have left                                     | settled by                                        |
 * |------------|----------------------------------------------------------------|---------------------------------------------------|
 * | staging    | files in staging/, maybe a whole unused version folder          | forgotten: Center sends the command again         |
 * | swapping   | configuration and link old or new, in any mix; maybe a process  | update: last good copy back, `interrupted`; rollback, restart: done again, forwards |
 * | probation  | everything in place                                             | the candidate proves itself again; the deadline stays |
 * | restoring  | configuration and link old or new, in any mix                   | the restore is done again                         |
 *
 * @param {Agent} agent
 */
export async function settleAttempt(agent) {
  const attempt = agent.journal.data.attempt;
  if (!attempt) return;
  agent.log("info", "settling what was under way", { command_id: attempt.id, phase: attempt.phase });
  if (attempt.phase === "staging") await forget(agent, attempt.restore);
  else if (attempt.phase === "restoring") await restoreLastGood(agent, attempt.reason ?? "interrupted");
  else if (attempt.phase === "probation") await resumeProbation(agent, attempt);
  else if (attempt.type === "rollback" || attempt.type === "restart") await swap(agent);
  else await restoreLastGood(agent, "interrupted");
}

/** @type {(agent: Agent, restore: import("../types.d.mts").Home | null) => Promise<void>} */
async function forget(agent, restore) {
  const home = readHome(agent.layout);
  // Usually nothing to place; a rollback that pre-empted an update may have left its candidate on disk.
  if (restore && (restore.version !== home.version || restore.config !== home.config)) {
    await agent.plugin.stop();
    placeHome(agent, restore, "restore");
  }
  agent.journal.update("forgotten", (draft) => {
    draft.attempt = null;
  });
}

/** @type {(agent: Agent, attempt: import("../types.d.mts").Attempt) => Promise<void>} */
async function resumeProbation(agent, attempt) {
  if (agent.now() >= Number(attempt.deadline_at)) return restoreLastGood(agent, "no_commit");
  try {
    await switchHome(agent, attempt.target, "resume");
  } catch (error) {
    if (agent.isClosing) return;
    if (!(error instanceof StartError)) throw error;
    await restoreLastGood(agent, error.reason);
  }
}

/**
 * Outside an attempt the disk is what counts: somebody may have deployed by hand while the agent was away. Only a `current` that leads
 * nowhere is set back to the last good copy.
 * @param {Agent} agent
 */
export function reconcileDisk(agent) {
  const { attempt, good } = agent.journal.data;
  if (attempt) return;
  const disk = diskVersion(agent.layout);
  if (disk === good) return;
  agent.log("warn", "current is not where it was left", { disk_version: disk, good });
  if (disk === null) {
    placeHome(agent, { version: good, config: readText(agent.layout.config) }, "restore");
    return;
  }
  agent.journal.update("reconciled", (draft) => {
    keepAsGood(draft, disk);
  });
}
