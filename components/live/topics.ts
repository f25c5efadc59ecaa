/** One change that the server told of: what kind of thing, which one, and how new (lib/platform/web/sse.ts). */
export interface ChangeNotice {
  readonly topic: string;
  readonly id: string;
  readonly rev: number;
}

/** Reads that a page keeps; the first word of every query key. */
const READ_NAMES = [
  "incidents",
  "incident",
  "attempts",
  "fleet",
  "plugins",
  "series",
  "switches",
  "safety",
  "audit",
  "sira",
  "decisions",
  "approvals",
  "releases",
  "repository",
  "deliveries",
  "oncall",
  "rollouts",
  "rollout",
  "runbooks",
  "postmortems",
  "calendars",
  "autonomy",
  "modules",
  "module",
  "slos",
  "slo",
  "snapshots",
  "repairs",
  "repair",
  "scanner",
  "tenants",
] as const;
export type ReadName = (typeof READ_NAMES)[number];

/** Whatever is told of was done by somebody, so all but a beat is also a line of the audit. */
const READS_OF_TOPIC: Readonly<Record<string, readonly ReadName[]>> = {
  approval: ["approvals", "incident", "audit"],
  incident: ["incidents", "incident", "fleet", "safety", "audit", "approvals"],
  fleet: ["incidents", "incident", "audit"],
  plan: ["incident", "incidents", "audit", "approvals"],
  decision: ["incident", "incidents", "audit", "decisions"],
  rollout: ["rollouts", "rollout", "calendars", "audit"],
  freeze: ["calendars", "safety", "approvals", "rollouts", "rollout", "audit"],
  calendar: ["calendars", "rollouts", "rollout", "audit"],
  attempt: ["attempts", "rollout", "incident", "fleet", "safety", "autonomy", "audit", "decisions"],
  command: ["attempts", "incident", "safety", "audit"],
  plugin: ["fleet", "plugins", "audit"],
  beat: ["fleet", "plugins"],
  metadata: ["repository", "audit"],
  sira: ["sira", "decisions", "audit"],
  policy: ["switches", "safety", "autonomy", "calendars", "audit", "approvals"],
  switch: ["switches", "safety", "calendars", "audit", "approvals"],
  tenant: ["tenants", "fleet", "plugins", "audit"],
  release: ["audit", "releases", "repository", "rollouts", "rollout"],
  rule: ["audit"],
  webhook: ["audit", "deliveries"],
  delivery: ["audit", "deliveries"],
  oncall: ["audit", "oncall"],
  contract: ["scanner", "audit", "approvals"],
  module: ["modules", "module", "audit"],
  heal_action: ["modules", "module", "audit"],
  snapshot: ["snapshots", "audit"],
  repair: ["repairs", "repair", "audit"],
  "module-incident": ["modules", "module", "audit"],
  person: ["audit"],
  support: ["audit"],
  runbook: ["runbooks", "incident", "audit"],
  postmortem: ["postmortems", "audit"],
};

/** Topic by which the stream only says that it is alive. */
export const CLOCK_TOPIC = "clock";

/**
 * Reads that a notice makes doubtful. A topic that this page does not know of yet doubts them all: fetching once too
 * often is cheaper than showing what is no longer true.
 */
export function readsTouchedBy(notice: ChangeNotice): readonly ReadName[] {
  if (notice.topic === CLOCK_TOPIC) return [];
  return READS_OF_TOPIC[notice.topic] ?? READ_NAMES;
}

/** Reads a notice from the stream's data; null when it is not one. */
export function parseNotice(data: string): ChangeNotice | null {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== "object" || value === null) return null;
    const { topic, id, rev } = value as Record<string, unknown>;
    return typeof topic === "string" && typeof id === "string" && typeof rev === "number" ? { topic, id, rev } : null;
  } catch {
    return null;
  }
}
