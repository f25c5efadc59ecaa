/**
 * The world of the fleet simulator: everything that is assumed about shops, faults and people, each with its reason.
 *
 * Written down before anything was measured in it, and not changed to suit what detects or decides: whoever changes a number
 * here changes the examination, and has to say why. Times in milliseconds, shares 0..1.
 */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const WORLD = {
  /** The protocol's own period (protocol.md, Beats). */
  beatMs: 2 * MINUTE,
  /** Agents run on a timer that slips a little. */
  beatJitterMs: 3_000,
  /** Mobile networks and restarts of proxies lose about one message in a thousand. */
  lostBeats: 0.001,
  /** Shops with a URL that Center may look at; the others are only heard through their beats. */
  probedShops: 0.85,

  traffic: {
    /** Webhooks a beat at noon. Shops differ by orders of magnitude: the busiest twentieth sends 25 times what the quietest does. */
    median: 12,
    sigma: 1,
    /** Night is a tenth of noon, and weekends are a fifth quieter: shops sell to people. */
    dailyDip: 0.9,
    weekendDip: 0.2,
    /** Slow weather of demand, AR(1) in the logarithm, per beat. */
    memory: 0.95,
    noise: 0.05,
  },
  /** Share of webhooks that fail in a healthy shop: receivers restart, networks time out. */
  failShare: { median: 0.006, sigma: 0.6, memory: 0.9, noise: 0.1 },
  /** Errors a beat in a healthy shop: rare and clumped (negative binomial). */
  errors: { median: 0.3, sigma: 0.8, size: 0.6 },
  /** 95th percentile of answers, milliseconds; it rises slowly with load. */
  latency: { median: 240, sigma: 0.45, memory: 0.8, noise: 0.08, perLoad: 0.15, sampling: 0.1 },
  /** Waiting jobs, in proportion to load; clumped. */
  queue: { perWebhook: 0.15, size: 1.5 },
  /** Megabytes; garbage collection makes it saw-toothed. */
  memory: { median: 70, sigma: 0.25, memory: 0.9, noise: 0.02 },

  /** One fault a plugin in five days: far more than real shops have, so that a month holds enough of each kind to count. */
  faultGapMs: 5 * DAY,
  /** Nobody is asked to know a shop within its first day. */
  quietStartMs: DAY,
  /** Room between two faults of one shop, so that each can be told from the last. */
  faultRestMs: 6 * HOUR,
  /** How often each kind comes: what stops at once and what creeps, about evenly. */
  faultShares: { point: 0.12, spike: 0.2, level_shift: 0.22, drift: 0.12, seasonal_break: 0.06, silence: 0.14, leak: 0.14 },
  /** How long a fault lasts when nobody acts, from and to. A point is over before anybody could. */
  lasting: {
    point: [2 * MINUTE, 2 * MINUTE],
    spike: [10 * MINUTE, 40 * MINUTE],
    level_shift: [4 * HOUR, 12 * HOUR],
    drift: [12 * HOUR, 30 * HOUR],
    seasonal_break: [2 * DAY, 4 * DAY],
    silence: [15 * MINUTE, 3 * HOUR],
    leak: [8 * HOUR, 24 * HOUR],
  },
  /** Share of a drift's life in which it still grows; the rest it stays. */
  driftGrows: 0.6,
  /** Which figures a fault shows in, and how far it takes them: what somebody on call would want to be told of. */
  strength: {
    /** Failed share of webhooks; drawn on a log scale, like the others. */
    webhook_fail_rate: [0.15, 1],
    /** Errors a minute, nearly all the same one. */
    errors: [4, 120],
    /** Times the usual. */
    latency_p95_ms: [3, 20],
    /** Jobs that pile up, times the usual and at least this many at the low end. */
    queue_depth: [60, 6_000],
    /** Times the usual memory at the end of a leak: 70 MB become 200 to 800. */
    memory_mb: [3, 11],
  },
  /** Share of the errors of a fault that carry one fingerprint. */
  sameError: 0.85,
  /** A failed webhook is logged as an error this often. */
  errorPerFailure: 0.5,

  /** A deployment every five days a shop: new version, restart, a few slow answers and errors. Nothing is wrong. */
  deployGapMs: 5 * DAY,
  deploySettleMs: 4 * MINUTE,
  deployLatency: 1.6,
  deployErrors: 2,
  /** A sales surge every six days a shop: more of everything, and nothing is wrong. */
  surgeGapMs: 6 * DAY,
  surgeLastsMs: [HOUR, 6 * HOUR],
  surgeRampMs: 10 * MINUTE,
  surgeTimes: [2.5, 5],

  /** A fault is hard when payments stop: what the house's static rules call medium or worse, or silence. */
  hard: { webhook_fail_rate: 0.5, errors: 30, latencyMs: 4_000, queue_depth: 1_000 },

  /** The hidden table changes here: what used to help does not any more. */
  swapMs: 20 * DAY,
} as const;

/** How long the parts of a healing take, in seconds: measured on real shops where they were (delivery.md), else stated. */
export const HEALING = {
  /** From a finding to a decision: the sweep's period. */
  decideSeconds: 1,
  /** Rehearsal in the sandbox: apply, smoke, roll back, compare, apply again; median and sigma. */
  rehearseSeconds: [12, 0.4],
  /** Download, swap and first answer of the new version. */
  applySeconds: [4, 0.5],
  restartSeconds: [6, 0.4],
  /** An approver at a phone. */
  approveSeconds: [480, 0.8],
  /** Somebody who was told and mends it by hand. */
  personSeconds: [2_700, 0.6],
} as const;

/** How a harmful patch shows itself, and how often: some die at once, most do their harm under traffic. */
export const HARM = {
  /** Dies at boot; the agent notices by itself. */
  crash: 0.3,
  /** Most webhooks fail. */
  broken: 0.4,
  /** A quarter to a half of the webhooks fail. */
  failing: 0.2,
  /** Answers take many times as long. */
  slow: 0.1,
} as const;
