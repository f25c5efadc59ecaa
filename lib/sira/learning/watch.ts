/** What was true when a success began to be watched; taken then, so that a later change of the rules does not change the label. */
export interface Watch {
  /** For how long the trouble must stay away. */
  readonly seconds: number;
  readonly disk_version: string;
  readonly running_version: string;
}

/** Whether the time of a watch that began then has passed. A label without a watch is final at once. */
export function isWatchOver(watch: Watch | null, beganAt: number, now: number): boolean {
  return watch === null || now >= beganAt + watch.seconds * 1_000;
}

/** Whether somebody changed what the watch is about: then what happens cannot be credited to the attempt any more. */
export function hasDrifted(watch: Watch, seen: { readonly disk_version: string; readonly running_version: string }): boolean {
  return watch.disk_version !== seen.disk_version || watch.running_version !== seen.running_version;
}
