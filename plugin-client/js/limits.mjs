/** Every bound of the agent in one place; a value that is reached means "refuse", never "cut off and go on". */
export const AGENT_LIMITS = Object.freeze({
  // Commands
  envelopeSignatures: 16,
  payloadBytes: 256 * 1024,
  quorumEnvelopes: 16,
  trustKeys: 64,
  trustDocumentsPerBeat: 16,
  configBytes: 64 * 1024,
  commandsPerBeat: 16,
  /** How far ahead of ours Center's clock may be; the request signatures allow the same. */
  clockSkewMs: 300_000,
  probationDefaultSeconds: 180,
  probationMaxSeconds: 86_400,
  /** A command whose staging killed the agent this often is failed instead of begun again. */
  triesPerCommand: 3,
  answersKept: 500,
  outboxEntries: 200,
  outboxAgeMs: 24 * 3_600_000,

  // Artifacts
  artifactBytes: 20 * 1024 * 1024,
  unpackedBytes: 20 * 1024 * 1024,
  archiveEntries: 2_000,
  archivePathBytes: 200,
  archiveDepth: 16,
  archivePaxBytes: 8 * 1024,
  downloadTries: 3,
  downloadRetryMs: 1_000,
  downloadIdleMs: 15_000,
  downloadTotalMs: 120_000,
  manifestBytes: 64 * 1024,
  goodVersionsKept: 2,

  // Signed metadata
  tufRootBytes: 512 * 1024,
  tufTimestampBytes: 16 * 1024,
  tufSnapshotBytes: 512 * 1024,
  tufTargetsBytes: 512 * 1024,
  tufDepth: 32,
  tufSignatures: 16,
  tufKeysPerRole: 16,
  tufRootsPerUpdate: 64,
  tufTotalMs: 60_000,

  // Center
  requestTimeoutMs: 10_000,
  replyBytes: 4 * 1024 * 1024,
  beatFloorSeconds: 5,
  beatCeilingSeconds: 600,
  beatRetryFirstMs: 1_000,
  urgentBurst: 10,
  urgentRefillMs: 3_000,
  outboxRetryFirstMs: 1_000,
  outboxRetryMaxMs: 30_000,

  // Plugin
  healthTimeoutMs: 2_000,
  healthBytes: 64 * 1024,
  healthPollMs: 50,
  missesUntilInactive: 2,
  killWaitMs: 5_000,
  restartFirstMs: 250,
  restartMaxMs: 30_000,
  pluginLogBytes: 1024 * 1024,
  telemetryKeys: 56,
  telemetryNameBytes: 64,
  errorsPerBeat: 50,
  localFailRate: 0.2,
  localFailMinimum: 10,
});
