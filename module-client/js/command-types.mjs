/** What a module itself has to know how to do; a handler of the same name in `actions` does it. */
export const ACTION_TYPES = Object.freeze([
  "restart",
  "rebuild_index",
  "purge_cache",
  "replay_jobs",
  "degrade",
  "undegrade",
  "open_circuit",
  "close_circuit",
  "tighten_limits",
  "restore_limits",
  "rollback_release",
]);

/** Every order that Center can give: actions, and what the agent does by what the module declared (flags, repair jobs, snapshots). */
export const COMMAND_TYPES = Object.freeze([
  ...ACTION_TYPES,
  "set_flag",
  "repair_dry_run",
  "repair_apply",
  "repair_rollback",
  "snapshot_take",
  "snapshot_restore",
  "ping",
]);
