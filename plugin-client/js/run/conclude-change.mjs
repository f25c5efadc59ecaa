import { diskVersion, pruneVersions } from "../disk/installed-versions.mjs";
import { AGENT_LIMITS } from "../limits.mjs";
import { probeHealth } from "../plugin/probe-health.mjs";
import { ackBody, failBody, recordAnswer } from "./record-answer.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */

/**
 * The target runs and was proven: an update goes on probation, a rollback or restart is done.
 * @param {Agent} agent
 * @param {number} swapMs
 */
export function concludeChange(agent, swapMs) {
  const attempt = agent.journal.data.attempt;
  if (!attempt) return;
  const { id, digest, type, target } = attempt;
  const onProbation = type === "update" || type === "config_update";
  const timings = { ...attempt.timings_ms, swap: swapMs, total: Math.max(0, agent.now() - attempt.started_at) };
  const stage = onProbation ? "applied" : "committed";
  const body = ackBody(agent, { commandId: id, stage, running: target.version, disk: target.version, timings });
  agent.journal.update(stage, (draft) => {
    draft.isolated = false;
    recordAnswer(draft, id, { digest, kind: "ack", body, at: agent.now() });
    if (onProbation && draft.attempt) {
      draft.attempt.phase = "probation";
      draft.attempt.deadline_at = agent.now() + attempt.probation_s * 1_000;
      draft.attempt.timings_ms = timings;
      return;
    }
    draft.attempt = null;
    if (type === "rollback") draft.last_commit = null;
    keepAsGood(draft, target.version);
  });
  tell(agent);
}

/**
 * Ends an attempt without a way back: nothing was changed yet, or there is no other good copy to change to.
 * @param {Agent} agent
 * @param {string} reason
 */
export async function failUnchanged(agent, reason) {
  const attempt = agent.journal.data.attempt;
  if (!attempt) return;
  const running = (await probeHealth(agent.config.plugin.port))?.version ?? null;
  finishFailed(agent, { reason, rolledBack: false, running });
}

/**
 * The one journal write that ends an attempt as failed.
 * @param {Agent} agent
 * @param {{ reason: string, rolledBack: boolean, running: string | null }} outcome
 */
export function finishFailed(agent, { reason, rolledBack, running }) {
  const attempt = agent.journal.data.attempt;
  if (!attempt) return;
  const { id, digest } = attempt;
  const body = failBody(agent, { commandId: id, reason: reason.slice(0, 200), rolledBack, running });
  agent.log("warn", "a command failed", { command_id: id, reason, rolled_back: rolledBack, running_version: running });
  agent.journal.update("finished", (draft) => {
    draft.attempt = null;
    recordAnswer(draft, id, { digest, kind: "fail", body, at: agent.now() });
  });
  tell(agent);
}

/**
 * Notes a proven version as the newest good copy.
 * @param {import("../types.d.mts").JournalData} draft
 * @param {string} version
 */
export function keepAsGood(draft, version) {
  draft.good = version;
  draft.kept = [...new Set([version, ...draft.kept])].slice(0, AGENT_LIMITS.goodVersionsKept);
}

/** Removes what is no longer needed and tells Center at once: the answer first, so that the beat after it surprises nobody. @param {Agent} agent */
export function tell(agent) {
  const { attempt, kept } = agent.journal.data;
  pruneVersions(agent.layout, [...kept, diskVersion(agent.layout), attempt?.target.version, attempt?.restore?.version]);
  void agent.flush().then(agent.urgent);
}
