import { probeHealth } from "../plugin/probe-health.mjs";
import { keepAsGood, tell } from "./conclude-change.mjs";
import { ackBody, recordAnswer, repeatAnswer } from "./record-answer.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */

/**
 * Ends a probation well. The commit is answered by the update's own `committed` ack.
 * @param {Agent} agent
 * @param {import("../types.d.mts").Command} command
 * @param {string} digest
 * @returns {Promise<string | null>} a reason to refuse, or null
 */
export async function commitAttempt(agent, command, digest) {
  const { attempt, answers } = agent.journal.data;
  if (attempt?.id !== command.ref || attempt.phase !== "probation") {
    if (!wasCommitted(answers[String(command.ref)])) return "nothing_to_commit";
    repeatAnswer(agent, String(command.ref));
    return null;
  }
  const health = await probeHealth(agent.config.plugin.port);
  if (health?.version !== attempt.target.version) {
    // Center judged on older beats. It sends the commit again; until then the deadline runs on.
    agent.log("warn", "a commit came while the candidate does not answer", { command_id: attempt.id });
    return null;
  }
  const { id, target, restore, timings_ms: timings } = attempt;
  const body = ackBody(agent, { commandId: id, stage: "committed", running: health.version, disk: target.version, timings });
  agent.journal.update("committed", (draft) => {
    draft.attempt = null;
    draft.last_commit = { id, config_before: restore?.config ?? null };
    keepAsGood(draft, target.version);
    recordAnswer(draft, id, { digest: attempt.digest, kind: "ack", body, at: agent.now() });
    draft.answers[command.id] = { digest, kind: "same_as", body: id, at: agent.now() };
  });
  tell(agent);
  return null;
}

/** @param {import("../types.d.mts").Answer | undefined} answer */
function wasCommitted(answer) {
  return answer?.kind === "ack" && JSON.parse(answer.body).data.stage === "committed";
}
