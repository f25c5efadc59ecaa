import { AGENT_LIMITS } from "../limits.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */
/** @typedef {import("../types.d.mts").JournalData} JournalData */

/** The running version of a plugin that does not answer: versions are texts in the protocol, and this one equals no other. */
const NOT_ANSWERING = "";

/**
 * The exact text of an ack. It is journalled, so that every repetition is the same bytes.
 * @param {Agent} agent
 * @param {{ commandId: string, stage: "applied" | "committed", running: string | null, disk: string | null, timings?: Record<string, number> }} ack
 */
export function ackBody(agent, { commandId, stage, running, disk, timings = {} }) {
  return JSON.stringify({
    type: "plugin.command.ack",
    timestamp: new Date(agent.now()).toISOString(),
    data: {
      plugin_id: agent.config.plugin_id,
      command_id: commandId,
      stage,
      running_version: running ?? NOT_ANSWERING,
      disk_version: disk ?? NOT_ANSWERING,
      timings_ms: timings,
    },
  });
}

/**
 * The exact text of a fail.
 * @param {Agent} agent
 * @param {{ commandId: string, reason: string, rolledBack: boolean, running: string | null }} fail
 */
export function failBody(agent, { commandId, reason, rolledBack, running }) {
  return JSON.stringify({
    type: "plugin.command.fail",
    timestamp: new Date(agent.now()).toISOString(),
    data: {
      plugin_id: agent.config.plugin_id,
      command_id: commandId,
      reason,
      rolled_back: rolledBack,
      running_version: running ?? NOT_ANSWERING,
    },
  });
}

/**
 * Notes the answer to a command and puts it in the outbox, in the same journal write as the change it reports.
 * @param {JournalData} draft
 * @param {string} id
 * @param {{ digest: string, kind: "ack" | "fail", body: string, at: number }} answer
 */
export function recordAnswer(draft, id, { digest, kind, body, at }) {
  draft.answers[id] = { digest, kind, body, at };
  delete draft.tries[id];
  enqueue(draft, { command_id: id, kind, body, at });
}

/**
 * Sends the recorded answer of a command again: the same command twice has one effect and one answer.
 * @param {Agent} agent
 * @param {string} id
 */
export function repeatAnswer(agent, id) {
  const recorded = agent.journal.data.answers[id];
  const answered = recorded?.kind === "same_as" ? recorded.body : id;
  const answer = agent.journal.data.answers[answered];
  if (answer?.kind !== "ack" && answer?.kind !== "fail") {
    agent.log("info", "a pre-empted command came again", { command_id: id });
    return;
  }
  const { kind, body } = answer;
  agent.journal.update("repeated", (draft) => enqueue(draft, { command_id: answered, kind, body, at: agent.now() }));
  void agent.flush();
}

/** @type {(draft: JournalData, entry: import("../types.d.mts").OutboxEntry) => void} */
function enqueue(draft, entry) {
  const isThere = draft.outbox.some((one) => one.command_id === entry.command_id && one.body === entry.body);
  if (!isThere) draft.outbox = [...draft.outbox, entry].slice(-AGENT_LIMITS.outboxEntries);
}
