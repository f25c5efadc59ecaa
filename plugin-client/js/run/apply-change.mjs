import { clearStaging } from "../disk/installed-versions.mjs";
import { ArchiveError } from "../disk/read-archive.mjs";
import { AGENT_LIMITS } from "../limits.mjs";
import { StartError } from "../plugin/plugin-process.mjs";
import { TufError } from "../tuf/tuf-error.mjs";
import { concludeChange, failUnchanged, tell } from "./conclude-change.mjs";
import { dropAttempt } from "./drop-attempt.mjs";
import { planChange } from "./plan-change.mjs";
import { ackBody, recordAnswer } from "./record-answer.mjs";
import { restoreLastGood } from "./restore-last-good.mjs";
import { PreflightError, stageArtifact } from "./stage-artifact.mjs";
import { readHome, switchHome } from "./switch-home.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */
/** @typedef {import("../types.d.mts").Command} Command */

/**
 * Carries out update, config_update, rollback and restart: journal → stage → swap → prove → probation or done.
 * @param {Agent} agent
 * @param {Command} command verified and new
 * @param {string} digest of its payload
 * @returns {Promise<string | null>} a reason to refuse, or null when the command was taken on
 */
export async function applyChange(agent, command, digest) {
  const home = readHome(agent.layout);
  const plan = planChange(command, { home, journal: agent.journal.data });
  if ("refusal" in plan) return plan.refusal;
  if (isAlreadyThere(agent, command, plan.target, home)) {
    finishAtOnce(agent, command, digest);
    return null;
  }
  const tries = (agent.journal.data.tries[command.id] ?? 0) + 1;
  agent.journal.update("accepted", (draft) => {
    if (command.type === "rollback") dropAttempt(draft, command.ref, agent.now());
    draft.tries[command.id] = tries;
    draft.attempt = {
      id: command.id,
      digest,
      type: /** @type {import("../types.d.mts").Attempt["type"]} */ (command.type),
      // With nothing to fetch there is no staging: a rollback taken on here is finished forwards after any crash.
      phase: plan.mustFetch ? "staging" : "swapping",
      target: plan.target,
      restore: plan.restore,
      probation_s: command.probation_s,
      started_at: agent.now(),
      deadline_at: null,
      reason: null,
      timings_ms: {},
    };
  });
  if (tries > AGENT_LIMITS.triesPerCommand) await giveUp(agent, "interrupted");
  else if (!plan.mustFetch || (await stage(agent, command))) await swap(agent);
  return null;
}

/**
 * A rollback to where the plugin already is and runs: the agent may have restored it before Center asked.
 * @type {(agent: Agent, command: Command, target: import("../types.d.mts").Home, home: import("../types.d.mts").Home) => boolean}
 */
function isAlreadyThere({ journal, observed }, { type }, target, home) {
  if (type !== "rollback" || journal.data.attempt !== null || journal.data.isolated) return false;
  return (
    target.version === home.version && target.config === home.config && observed.health?.version === home.version && observed.misses === 0
  );
}

/** @type {(agent: Agent, command: Command, digest: string) => void} */
function finishAtOnce(agent, { id, ref, to_version: version }, digest) {
  const body = ackBody(agent, { commandId: id, stage: "committed", running: version, disk: version });
  agent.journal.update("committed", (draft) => {
    dropAttempt(draft, ref, agent.now());
    recordAnswer(draft, id, { digest, kind: "ack", body, at: agent.now() });
  });
  tell(agent);
}

/**
 * @param {Agent} agent
 * @param {Command} command
 * @returns {Promise<boolean>} false when the attempt ended here
 */
async function stage(agent, command) {
  const controller = new AbortController();
  if (command.type === "update") agent.staging = { id: command.id, controller };
  try {
    const timings = await stageArtifact(agent, command, controller.signal);
    agent.journal.update("staged", (draft) => {
      if (draft.attempt) draft.attempt.timings_ms = timings;
    });
    return true;
  } catch (error) {
    leaveNothingStaged(agent);
    if (agent.isClosing) return false;
    if (controller.signal.aborted) agent.journal.update("finished", (draft) => dropAttempt(draft, command.id, agent.now()));
    else await giveUp(agent, stagingReason(error));
    return false;
  } finally {
    agent.staging = null;
  }
}

/** Nothing of what was refused or cut short stays on the disk; where it cannot be removed, the next start tries again. @param {Agent} agent */
function leaveNothingStaged(agent) {
  try {
    clearStaging(agent.layout);
  } catch (error) {
    agent.log("warn", "what was staged could not be removed", { error: String(error) });
  }
}

/**
 * Ends an attempt that never came to its swap. A rollback may have pre-empted an update on probation: then the disk holds a candidate
 * nobody vouches for, and the last good copy comes back.
 * @param {Agent} agent
 * @param {string} reason
 */
async function giveUp(agent, reason) {
  const restore = agent.journal.data.attempt?.restore;
  const home = readHome(agent.layout);
  const isHome = !restore || (restore.version === home.version && restore.config === home.config);
  await (isHome ? failUnchanged(agent, reason) : restoreLastGood(agent, reason));
}

/** @param {unknown} error */
function stagingReason(error) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof TufError) return `refused:${message}`;
  if (error instanceof PreflightError) return `preflight: ${message}`;
  if (error instanceof ArchiveError) return `bad_artifact: ${message}`;
  return error instanceof Error && error.name === "DownloadError" ? `download: ${message}` : `staging: ${message}`;
}

/**
 * Swaps the home of the attempt in the journal, and goes back when the plugin does not come up there. Also called after a crash, for
 * the attempts that are finished forwards.
 * @param {Agent} agent
 */
export async function swap(agent) {
  const attempt = agent.journal.data.attempt;
  if (!attempt) return;
  const started = performance.now();
  try {
    if (attempt.phase !== "swapping") {
      agent.journal.update("swapping", (draft) => {
        if (draft.attempt) draft.attempt.phase = "swapping";
      });
    }
    await switchHome(agent, attempt.target, "apply");
  } catch (error) {
    if (agent.isClosing) return; // the next start settles it
    const reason = error instanceof StartError ? error.reason : `swap: ${error instanceof Error ? error.message : error}`;
    await (attempt.restore ? restoreLastGood(agent, reason) : failUnchanged(agent, reason));
    return;
  }
  concludeChange(agent, Math.round(performance.now() - started));
}
