import type { RepairJob } from "./types";

/** Puts dead jobs back into the queue; each kind of job is idempotent. */
export const repairReplayDeadLetters: RepairJob = {
  key: "repair_replay_dead_letters",
  version: 1,
  level: 1,
  site: "module",
  category: "DATA",
  isSensitive: false,
  describe: "Puts dead jobs back into the queue; each kind of job is idempotent.",
  finds: "Jobs that failed their last try.",
  undo: "Those that have not run meanwhile are dead letters again; what ran stays done.",
  invariants: ["no_dead_letters"],
};
