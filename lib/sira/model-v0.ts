import type { SiraModel } from "@/lib/sira/model";

/**
 * The first model: static rules written down as priors, before any outcome has been seen.
 *
 * Its anchor is the specification's example: a release that claims to fix the incident's type and has no history is
 * proposed with 0.87 (-0.7 + 2.6 = 1.9 log-odds). One failure elsewhere takes it below the usual confidence threshold of 0.8.
 * `notify` is the bar: an action is proposed only when it is likelier to help than a person who is told. It does not explore:
 * a fresh installation does the same thing for the same incident, until outcomes say where that is wrong.
 */
export const MODEL_V0: SiraModel = {
  version: "sira-v0",
  priors: { none: -2.5, notify: 0.4, restart: -0.6, config_update: -3, patch: -0.7, rollback: -1, isolate: -2.5 },
  typeWeights: {
    webhook_fail_rate: { restart: -0.4 },
    errors_jump: { restart: -0.4 },
    identical_errors: { restart: -0.6 },
    latency_p95: { restart: 2.05, patch: -0.2 },
    queue_depth: { restart: 2.1, patch: -0.2 },
    silence: { notify: 0.8, restart: -4, patch: -4, rollback: -4, isolate: -4 },
    crash_loop: { rollback: 1, restart: -2 },
    drift: { restart: 2.3, patch: -0.6 },
    novelty: { notify: 0.4, patch: -1 },
    fleet: { notify: 1.6, patch: -4, restart: -4, rollback: -4 },
    contract_violation: { notify: 0.8, isolate: 1 },
    slo_burn: { notify: 0.8 },
  },
  weights: {
    claimsFix: 2.6,
    generalRelease: 0.3,
    majorRelease: -0.6,
    sickPeersPatch: 0.6,
    sickPeersRollback: 3.2,
    reopened: -0.7,
    attempted: -0.7,
    capabilitiesUnknown: -0.2,
    memoryHigh: 0.6,
  },
  memoryHighMb: 512,
  peersMinimum: 3,
  releasePrior: { good: 3, bad: 1 },
  failuresHere: 3,
  trust: 1,
  cells: {},
  pooling: { action: 0.5, type: 1.2, signature: 1.2, tenant: 0.5 },
  harm: { none: 0, notify: 0, restart: 0.05, config_update: 0.1, patch: 0.1, rollback: 0.05, isolate: 0.1 },
  calibration: { slope: 1, shift: 0 },
  exploration: { kind: "greedy" },
};
