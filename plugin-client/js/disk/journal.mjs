import { renameSync } from "node:fs";
import { AGENT_LIMITS } from "../limits.mjs";
import { readJson, readText, writeDurably } from "./durable-file.mjs";

/** @typedef {import("../types.d.mts").JournalData} JournalData */

/**
 * Opens the agent's journal: the one file that says what it is in the middle of. Memory changes only after the disk did.
 *
 * @param {import("./layout.mjs").Layout} layout
 * @param {(label: string) => void} kill
 * @param {() => Pick<JournalData, "good" | "kept">} begin what is installed, asked only when there is no journal yet
 */
export function openJournal(layout, kill, begin) {
  let data = readJournal(layout, begin);

  return {
    /** @returns {Readonly<JournalData>} */
    get data() {
      return data;
    },

    /**
     * Changes the journal in one durable step.
     * @param {string} label names the step for kill points
     * @param {(draft: JournalData) => void} change
     */
    update(label, change) {
      const draft = structuredClone(data);
      change(draft);
      prune(draft);
      writeDurably(layout.journal, JSON.stringify(draft), () => kill(`journal.${label}.written`));
      data = draft;
      kill(`journal.${label}`);
    },
  };
}

/** @typedef {ReturnType<typeof openJournal>} Journal */

/**
 * @param {import("./layout.mjs").Layout} layout
 * @param {() => Pick<JournalData, "good" | "kept">} begin
 * @returns {JournalData}
 */
function readJournal(layout, begin) {
  const found = readJson(layout.journal);
  if (found?.format === 1) return found;
  // Only a broken disk leaves an unreadable journal. It is kept for a person; the shop goes on with what is installed.
  if (readText(layout.journal) !== null) renameSync(layout.journal, `${layout.journal}.unreadable`);
  /** @type {JournalData} */
  const first = { format: 1, ...begin(), isolated: false, attempt: null, last_commit: null, tries: {}, answers: {}, outbox: [] };
  writeDurably(layout.journal, JSON.stringify(first));
  return first;
}

/** Keeps the journal bounded: the oldest answers go first, long after Center stopped asking. @param {JournalData} draft */
function prune(draft) {
  const ids = Object.keys(draft.answers);
  if (ids.length <= AGENT_LIMITS.answersKept) return;
  ids.sort((a, b) => draft.answers[a].at - draft.answers[b].at);
  for (const id of ids.slice(0, ids.length - AGENT_LIMITS.answersKept)) delete draft.answers[id];
}
