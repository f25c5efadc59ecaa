import { LIMITS } from "@/lib/platform/limits";
import { ERASURE, FOREVER, ITSELF, NOBODY, OFFBOARDING, WITH_TENANT } from "./retention-words";
import { ERASING_A_PERSON, OFFBOARDING_A_TENANT } from "./what-leaving-erases";

/** One kind of data: where it lies, how long, why, and who may have it erased before. */
export interface RetentionRow {
  readonly what: string;
  readonly where: readonly string[];
  readonly kept: string;
  readonly why: string;
  readonly erasedBy: string;
}

const days = (count: number) => `${count} days`;

/** Everything that Center keeps. A test compares the tables with the database: a new one has to say here how long its rows live. */
export const RETENTION: readonly RetentionRow[] = [
  {
    what: "Beats as they came",
    where: ["plugin_heartbeats"],
    kept: days(LIMITS.heartbeatRetentionDays),
    why: "evidence of incidents, replays of detection",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Batches of beats, and what seals them",
    where: ["ingest_batches", "ingest_seals"],
    kept: `${days(LIMITS.heartbeatRetentionDays)}; seals ${FOREVER}`,
    why: "shows that no stored beat was changed; hashes and counts only",
    erasedBy: ITSELF,
  },
  {
    what: "What beats add up to",
    where: ["plugin_rollups", "rollup_watermarks"],
    kept: `${days(LIMITS.rollupRetentionDays[300])} (5 minutes), ${days(LIMITS.rollupRetentionDays[3600])} (hours), ${days(LIMITS.rollupRetentionDays[86400])} (days)`,
    why: "series on pages, usual values",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Last state of plugins and their detectors",
    where: ["plugin_state", "plugin_streams"],
    kept: WITH_TENANT,
    why: "silence, replays, alarms",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Incidents, decisions, plans, attempts, with comments",
    where: [
      "plugin_incidents",
      "incident_events",
      "incident_pages",
      "incident_stars",
      "postmortems",
      "runbook_runs",
      "runbook_steps",
      "plugin_refusals",
      "sira_decisions",
      "sira_learning_feedback",
      "plans",
      "plan_approvals",
      "plugin_autopatch_attempts",
      "autopatch_attempt_events",
      "plugin_agent_commands",
    ],
    kept: WITH_TENANT,
    why: "accounts of what was done to a shop, and what SIRA learned from it",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Incidents of modules, with comments",
    where: ["module_incidents", "module_incident_events", "module_incident_stars", "module_pages"],
    kept: `${WITH_TENANT}; those of all tenants ${FOREVER}`,
    why: "accounts of what failed and what was done about it",
    erasedBy: OFFBOARDING,
  },
  {
    what: "What was done about modules' incidents, and why",
    where: ["module_decisions", "heal_actions", "heal_action_events", "patch_plans"],
    kept: `${WITH_TENANT}; those of all tenants ${FOREVER}`,
    why: "an answer to “what did Center do, and why?”; a decision can be made again from what it was made of",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Snapshots of tenants, restores and drills",
    where: ["tenant_snapshots", "snapshot_chunks", "snapshot_refs", "snapshot_keys", "snapshot_restores", "restore_drills"],
    kept: `until they expire; accounts of restores and drills ${WITH_TENANT}`,
    why: "putting a tenant back, and showing that it can be put back; sealed by the tenant's own keys",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Sets of releases of modules, and ways back to them",
    where: ["module_releases", "release_rollbacks"],
    kept: FOREVER,
    why: "what was done to the platform; versions only",
    erasedBy: NOBODY,
  },
  {
    what: "Proofs that healing works",
    where: ["heal_proofs"],
    kept: FOREVER,
    why: "figures of Center's own module that is broken on a schedule; they say nothing about anybody",
    erasedBy: NOBODY,
  },
  {
    what: "What the contract scanner looked at, found and closed",
    where: ["scan_requests", "scan_runs", "scan_violations", "scan_blocks"],
    kept: FOREVER,
    why: "an answer to “did it always hold?”; names of tables, routes and modules only",
    erasedBy: NOBODY,
  },
  {
    what: "The catalog as migrations made it",
    where: ["catalog_baseline", "lint_exceptions", "audit_floor"],
    kept: FOREVER,
    why: "what the scanner compares the database with",
    erasedBy: NOBODY,
  },
  {
    what: "Notices and answers that were given",
    where: ["outbox", "webhook_deliveries", "idempotency_keys"],
    kept: `${days(LIMITS.outboxMemoryDays)} (outbox), ${days(LIMITS.deliveryMemoryDays)} (messages, with their recipients), ${days(LIMITS.idempotencyMemoryDays)} (answers)`,
    why: "an answer to “was I told?”, and to a repeated call",
    erasedBy: ITSELF,
  },
  {
    what: "Records and spans of modules, and what has been taken in",
    where: ["module_records", "module_spans", "module_batches"],
    kept: `${days(LIMITS.recordRetentionDays)} (records), ${days(LIMITS.spanRetentionDays)} (spans)`,
    why: "evidence of incidents; a call that is made again is counted once",
    erasedBy: OFFBOARDING,
  },
  {
    what: "What modules' signals add up to, their series and last state",
    where: ["module_minutes", "module_error_minutes", "module_series", "module_streams", "module_service_state"],
    kept: `${days(LIMITS.minuteRetentionDays)}; state as long as the service`,
    why: "service levels, rules, detectors",
    erasedBy: OFFBOARDING,
  },
  {
    what: "What modules' minutes add up to, for objectives over days",
    where: ["module_rollups", "module_rollup_marks"],
    kept: `${days(LIMITS.sloRollupRetentionDays[300])} (5 minutes), ${days(LIMITS.sloRollupRetentionDays[3600])} (hours), ${days(LIMITS.sloRollupRetentionDays[86400])} (days)`,
    why: "error budgets, what spent them",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Modules' services, orders, secrets and tokens",
    where: ["module_services", "module_commands", "module_secrets", "module_tokens"],
    kept: FOREVER,
    why: "they belong to the platform; secrets are sealed, tokens are hashes; no personal data but who made them",
    erasedBy: NOBODY,
  },
  {
    what: "Repairs: what each would do, did and took back",
    where: ["repair_runs", "repair_run_progress", "repair_run_events", "repair_journal"],
    kept: `${WITH_TENANT}; those of several tenants ${FOREVER}`,
    why: "an answer to “what was changed, and can it be taken back?”",
    erasedBy: OFFBOARDING,
  },
  {
    what: "The tenant, its plugins and modules, and their settings",
    where: [
      "tenants",
      "plugins",
      "modules",
      "webhook_endpoints",
      "tenant_calendars",
      "tenant_notices",
      "earned_autonomy",
      "policy_loosenings",
      "safety_switches",
      "sira_settings",
    ],
    kept: WITH_TENANT,
    why: "the service itself; a tenant that is gone keeps its id and an empty name, which the audit log refers to",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Secrets of plugins and addresses, and the data keys that seal them",
    where: ["plugin_secrets", "tenant_keys"],
    kept: `${WITH_TENANT}; older data keys until they are rotated`,
    why: "signatures; whatever a destroyed key sealed opens nowhere but in backups made before",
    erasedBy: OFFBOARDING,
  },
  {
    what: "Fleet incidents, rollouts, recalls, emergencies, freezes",
    where: [
      "fleet_incidents",
      "rollouts",
      "rollout_waves",
      "rollout_members",
      "fleet_pages",
      "release_recalls",
      "recall_items",
      "emergency_rollbacks",
      "emergency_items",
      "change_freezes",
    ],
    kept: FOREVER,
    why: "what was done to many shops at once; ids and versions, no personal data but who ordered it; a tenant's own lines go with it",
    erasedBy: NOBODY,
  },
  {
    what: "People: address, name, roles, password hash, second factor",
    where: ["people", "person_credentials", "totp_factors", "passkeys", "person_notices", "on_call_orders"],
    kept: `${FOREVER}; a disabled record keeps its address`,
    why: "signing in, calling somebody; four eyes and the audit log tell people apart by their addresses, years later too",
    erasedBy: ERASURE,
  },
  {
    what: "Sessions, codes, links, where people signed in from",
    where: [
      "person_sessions",
      "person_clients",
      "step_ups",
      "access_links",
      "passkey_challenges",
      "support_sessions",
      "loosening_requests",
      "loosening_approvals",
    ],
    kept: `${FOREVER}; useless after hours`,
    why: "security: ending sessions, locking strangers out, showing who agreed to what",
    erasedBy: NOBODY,
  },
  {
    what: "Keys and documents of approvers",
    where: ["approver_keys", "trust_documents", "trust_signatures"],
    kept: FOREVER,
    why: "agents verify signatures by them, years later",
    erasedBy: NOBODY,
  },
  {
    what: "Releases, their bytes and signed metadata, models, rules, policy",
    where: [
      "plugin_releases",
      "artifacts",
      "tuf_metadata",
      "tuf_expiry_warnings",
      "sira_models",
      "sira_promotions",
      "detection_rules",
      "ops_policy",
    ],
    kept: FOREVER,
    why: "no personal data but who published or decided",
    erasedBy: NOBODY,
  },
  {
    what: "Center's own: check values, signing keys, leases, counters of workers",
    where: ["installation", "signing_keys", "gateway_secret", "work_leases", "process_counts"],
    kept: `${FOREVER}; leases on work that is over ${days(LIMITS.leaseMemoryDays)}; workers' counters 2 minutes`,
    why: "no personal data",
    erasedBy: ITSELF,
  },
  {
    what: "Who the audit log's aliases stand for: addresses and names, each sealed by a key of its own",
    where: ["audit_identities"],
    kept: `${FOREVER}, or until the person is erased; then an alias without anything in it`,
    why: "who did what can be told, for as long as it may be",
    erasedBy: ERASURE,
  },
  {
    what: "The audit log: what was done, by whose alias",
    where: ["audit_entries", "audit_nodes", "audit_checkpoints"],
    kept: FOREVER,
    why: "accountability: legal obligation and legitimate interest; an entry that could be removed would prove nothing",
    erasedBy: NOBODY,
  },
];

/** The page docs/retention.md. */
export function retentionPage(): string {
  const head = ["What", "Where", "Kept", "Why", "Erased before by"];
  const rows = RETENTION.map(({ what, where, kept, why, erasedBy }) => [
    what,
    where.map((name) => `\`${name}\``).join(" "),
    kept,
    why,
    erasedBy,
  ]);
  const widths = head.map((_title, at) => Math.max(...[head, ...rows].map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[], filler = " ") =>
    `| ${cells.map((text, at) => text.padEnd(widths[at] ?? 0, filler)).join(" | ")} |`;
  const table = [line(head), line(["", "", "", "", ""], "-"), ...rows.map((cells) => line(cells))].join("\n");
  return `# What Center keeps, and how long

Generated from \`scripts/operate/retention/retention-page.ts\` and \`LIMITS\` (\`npx vitest run scripts/operate/retention -u\`); a test fails when a table of the database is missing here.
Retention runs every hour in a worker, and by \`POST /api/cron/retention\`, one round at a time: \`{ ran, findings, duration_ms }\`.

${table}

${OFFBOARDING_A_TENANT}

${ERASING_A_PERSON}

Backups (\`npm run backup\`) and the copies that PostgreSQL itself makes hold what they held; \`--keep N\` bounds how long. The copy of the audit log in
\`DATA_DIR/audit\` holds hashes and checkpoints, no content.
`;
}
