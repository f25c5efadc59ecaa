/** Every bound of the module agent in one place. */
export const MODULE_LIMITS = Object.freeze({
  // What a module may declare
  keyLength: 40,
  declared: 64,
  dependencies: 32,

  // Beats
  beatFloorSeconds: 1,
  beatCeilingSeconds: 60,
  beatDefaultSeconds: 5,
  retryFirstMs: 1_000,
  retryMaxMs: 30_000,
  requestTimeoutMs: 10_000,
  replyBytes: 4 * 1024 * 1024,
  healthTimeoutMs: 4_000,
  checksPerBeat: 32,

  // Signals
  signalsHeld: 5_000,
  signalsPerBatch: 500,
  batchBytes: 1024 * 1024,
  lineBytes: 16 * 1024,
  /** Errors go out at the next tick, everything else at every fifth. */
  flushTickMs: 2_000,
  flushEveryTicks: 5,

  // Commands
  commandsPerBeat: 16,
  /** How far ahead of ours Center's clock may be; request signatures allow the same. */
  clockSkewMs: 300_000,
  resultBytes: 256 * 1024,
  answersKept: 500,
  /** A command that killed the module this often while it ran is failed instead of begun again. */
  triesPerCommand: 3,
  commandTimeoutMs: 5 * 60_000,
  /** Share of each allowance that is granted while limits are tightened. */
  tightenedShare: 0.5,

  // A supervised command
  childGraceMs: 5_000,
  /** How long what was killed may take to be gone. */
  childKilledMs: 2_000,
  groupLookMs: 50,
  childStartMs: 60_000,
  childLookMs: 250,
  /** Whatever ran so long has come up: when it ends, it is begun again at once. */
  childSettledMs: 60_000,

  // Snapshots
  snapshotChunkBytes: 512 * 1024,
  snapshotChunkFloor: 64 * 1024,
  snapshotChunks: 4_096,
  snapshotTries: 12,

  // Entitlements
  /** How long what Center said last still counts while Center cannot be asked. */
  entitlementsGraceMs: 24 * 3_600_000,
});
