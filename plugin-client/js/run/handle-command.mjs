import { verifyCommand } from "../command/verify-command.mjs";
import { diskVersion } from "../disk/installed-versions.mjs";
import { AGENT_LIMITS } from "../limits.mjs";
import { probeHealth } from "../plugin/probe-health.mjs";
import { applyChange } from "./apply-change.mjs";
import { commitAttempt } from "./commit-attempt.mjs";
import { tell } from "./conclude-change.mjs";
import { ackBody, failBody, recordAnswer, repeatAnswer } from "./record-answer.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */
/** @typedef {import("../types.d.mts").Command} Command */

/**
 * Takes the commands of a beat's answer, to be carried out in order. A rollback that names the staging under way cuts it short.
 * @param {Agent} agent
 * @param {unknown[]} envelopes
 */
export function receiveCommands(agent, envelopes) {
  for (const envelope of envelopes.slice(0, AGENT_LIMITS.commandsPerBeat)) {
    agent.queue.run(() => handleCommand(agent, envelope));
    if (!agent.staging) continue;
    const verdict = verify(agent, envelope);
    const isPreempting = verdict.outcome === "accepted" && verdict.command.type === "rollback" && verdict.command.ref === agent.staging.id;
    if (isPreempting) agent.staging.controller.abort();
  }
}

/**
 * Verifies one envelope and obeys, repeats, refuses or ignores it.
 * @param {Agent} agent
 * @param {unknown} envelope
 */
async function handleCommand(agent, envelope) {
  if (agent.isClosing) return;
  const verdict = verify(agent, envelope);
  if (verdict.outcome === "ignored") {
    agent.refusedCommands += 1;
    agent.log("warn", "an envelope was ignored", { code: "WARN_COMMAND_IGNORED", class: "SECURITY", reason: verdict.reason });
    return;
  }
  const id = verdict.outcome === "refused" ? verdict.id : verdict.command.id;
  const { answers, attempt } = agent.journal.data;
  // What was answered once is answered the same, also when the command has expired or the disk has moved on since.
  if (answers[id]) repeatAnswer(agent, id);
  else if (attempt?.id === id) agent.log("info", "a command under way came again", { command_id: id });
  else if (verdict.outcome === "refused") await refuse(agent, id, verdict.digest, verdict.reason);
  else if (verdict.outcome === "accepted") {
    agent.log("info", "a command was accepted", { command_id: id, type: verdict.command.type });
    const refusal = await obey(agent, verdict.command, verdict.digest);
    if (refusal) await refuse(agent, id, verdict.digest, refusal);
  }
}

/** @param {Agent} agent @param {unknown} envelope */
function verify({ config, journal, layout, trust, now }, envelope) {
  return verifyCommand(envelope, {
    pluginId: config.plugin_id,
    trust: { ...trust, keys: config.trust.keys },
    now: now(),
    quorumFor: config.quorum_for,
    hasVendorsWord: config.tuf_root !== null,
    diskVersion: diskVersion(layout),
    seenDigest: (id) => journal.data.answers[id]?.digest ?? (journal.data.attempt?.id === id ? journal.data.attempt.digest : null),
  });
}

/** @type {(agent: Agent, command: Command, digest: string) => Promise<string | null>} */
async function obey(agent, command, digest) {
  switch (command.type) {
    case "ping":
      return acknowledge(agent, command.id, digest);
    case "isolate":
      return isolate(agent, command.id, digest);
    case "commit":
      return commitAttempt(agent, command, digest);
    default:
      return applyChange(agent, command, digest);
  }
}

/** Takes the plugin out of service: it stays stopped, over restarts of the agent too, until another command starts it. @type {(agent: Agent, id: string, digest: string) => Promise<string | null>} */
async function isolate(agent, id, digest) {
  if (agent.journal.data.attempt) return "busy";
  await agent.plugin.stop();
  return acknowledge(agent, id, digest, true);
}

/** @type {(agent: Agent, id: string, digest: string, isolates?: boolean) => Promise<null>} */
async function acknowledge(agent, id, digest, isolates = false) {
  const running = (await probeHealth(agent.config.plugin.port))?.version ?? null;
  const body = ackBody(agent, { commandId: id, stage: "committed", running, disk: diskVersion(agent.layout) });
  agent.journal.update("committed", (draft) => {
    if (isolates) draft.isolated = true;
    recordAnswer(draft, id, { digest, kind: "ack", body, at: agent.now() });
  });
  tell(agent);
  return null;
}

/** @type {(agent: Agent, id: string, digest: string, reason: string) => Promise<void>} */
async function refuse(agent, id, digest, reason) {
  agent.log("warn", "a command was refused", { code: "WARN_COMMAND_REFUSED", class: "SECURITY", command_id: id, reason });
  const running = (await probeHealth(agent.config.plugin.port))?.version ?? null;
  const body = failBody(agent, { commandId: id, reason: `refused:${reason}`, rolledBack: false, running });
  agent.journal.update("refused", (draft) => recordAnswer(draft, id, { digest, kind: "fail", body, at: agent.now() }));
  tell(agent);
}
