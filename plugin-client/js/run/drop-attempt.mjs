/**
 * Withdraws what a rollback pre-empts: the attempt under way and the command it names. Neither is answered again, and should the named
 * command arrive late, it is already known.
 * @param {import("../types.d.mts").JournalData} draft
 * @param {string | null} ref the command id a rollback names
 * @param {number} now
 */
export function dropAttempt(draft, ref, now) {
  const ids = new Set([draft.attempt?.id, ref]);
  for (const id of ids) {
    if (!id) continue;
    const isUnderWay = draft.attempt?.id === id;
    if (isUnderWay || !draft.answers[id]) {
      draft.answers[id] = { digest: draft.attempt?.id === id ? draft.attempt.digest : "", kind: "dropped", body: "", at: now };
      draft.outbox = draft.outbox.filter((entry) => entry.command_id !== id);
      delete draft.tries[id];
    }
  }
  draft.attempt = null;
}
