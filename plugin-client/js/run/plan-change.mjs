/** @typedef {import("../types.d.mts").Home} Home */

/**
 * Works out what a command asks of the plugin's home: where to go, where to return to, and whether bytes must be fetched. Pure.
 *
 * @param {import("../types.d.mts").Command} command verified
 * @param {{ home: Home, journal: Readonly<import("../types.d.mts").JournalData> }} state home: what is on disk now
 * @returns {{ target: Home, restore: Home | null, mustFetch: boolean } | { refusal: string }}
 */
export function planChange(command, { home, journal }) {
  if (command.type === "rollback") return planRollback(command, { home, journal });
  if (journal.attempt !== null) return { refusal: "busy" };
  if (command.type === "restart") return { target: home, restore: null, mustFetch: false };
  if (command.type === "config_update") {
    return { target: { ...home, config: JSON.stringify(command.config, null, 2) }, restore: home, mustFetch: false };
  }
  return { target: { ...home, version: String(command.to_version) }, restore: home, mustFetch: true };
}

/** @type {(command: import("../types.d.mts").Command, state: Parameters<typeof planChange>[1]) => ReturnType<typeof planChange>} */
function planRollback({ to_version, ref, artifact }, { home, journal }) {
  const to = String(to_version);
  const lastGood = journal.attempt?.restore ?? null;
  if (lastGood && lastGood.version === to) return { target: lastGood, restore: null, mustFetch: false };
  // Nobody pre-empts an attempt towards anything but a known place.
  if (journal.attempt && ref === journal.attempt.id) return { refusal: "not_last_good" };

  const config = ref !== null && ref === journal.last_commit?.id ? journal.last_commit.config_before : home.config;
  const target = { version: to, config };
  const isKept = to === home.version || journal.kept.includes(to);
  if (!isKept && artifact === null) return { refusal: "not_kept" };
  return { target, restore: lastGood ?? home, mustFetch: !isKept };
}
