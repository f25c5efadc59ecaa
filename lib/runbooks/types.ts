import { z } from "zod";

/** How much an action weighs (the danger ladder): from a tap that is undone, to one that two people answer for. */
export const DANGER_LEVELS = ["D0", "D1", "D2", "D3"] as const;
export type DangerLevel = (typeof DANGER_LEVELS)[number];

export const CHECK_NAMES = [
  "telemetry_now",
  "beats_arriving",
  "latency_trend",
  "attempts_here",
  "attempts_everywhere",
  "version_record",
  "peers_sick",
  "switches_here",
  "isolation_guards",
  "refused_of_late",
  "audit_state",
  "database_now",
  "fleet_beats",
  "messages_waiting",
  "worker_alive",
  "module_signals",
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

export const ACTION_NAMES = [
  "acknowledge",
  "assign",
  "escalate",
  "roll_back",
  "restart_plugin",
  "isolate_plugin",
  "open_fleet_incidents",
  "pause_rollouts",
  "recall_release",
  "safe_mode",
  "kill_switch",
  "emergency_rollback",
  "ask_switch_off",
  "rotate_secret",
  "revoke_plugin",
  "end_sessions",
  "open_audit",
  "draft_postmortem",
  "accept_restore",
  "export_copies",
  "rotate_secrets",
  "look_outside",
  "restart_database",
] as const;
export type ActionName = (typeof ACTION_NAMES)[number];

const slug = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/);
const texts = z.strictObject({ en: z.string().min(1).max(400), fr: z.string().min(1).max(400) });
const common = { id: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), title: texts, text: texts };
/** Where it goes on: another step of the same runbook, or its end. */
const place = z.string().max(40);

const stepSchema = z.discriminatedUnion("kind", [
  /** Something that Center looks up by itself, and keeps as evidence. */
  z.strictObject({
    ...common,
    kind: z.literal("check"),
    // biome-ignore lint/suspicious/noThenProperty: data of a file, never awaited
    then: place.optional(),
    check: z.enum(CHECK_NAMES),
    parameters: z.record(z.string(), z.string()).optional(),
  }),
  /** Something that a person does, by a button that exists: it is opened, and never pressed for them. */
  z.strictObject({
    ...common,
    kind: z.literal("action"),
    // biome-ignore lint/suspicious/noThenProperty: data of a file, never awaited
    then: place.optional(),
    action: z.enum(ACTION_NAMES),
  }),
  /** A question whose answer says how to go on. */
  z.strictObject({
    ...common,
    kind: z.literal("decision"),
    branches: z
      .array(z.strictObject({ id: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), label: texts, go_to: place }))
      .min(2)
      .max(5),
  }),
]);

export const runbookSchema = z.strictObject({
  slug,
  /** Grows with each change of its steps; progress says by which one it was made. */
  version: z.number().int().positive(),
  title: texts,
  when: texts,
  /** Types of incidents that open it. */
  incident_types: z.array(z.string().regex(/^[a-z][a-z0-9_]{1,39}$/)),
  /** Modules of the platform whose incidents open it. */
  modules: z.array(slug),
  steps: z.array(stepSchema).min(3).max(20),
});

export type Runbook = z.output<typeof runbookSchema>;
export type RunbookStep = z.output<typeof stepSchema>;

/** What a check found: its verdict, and the figures it rests on. */
export interface CheckFinding {
  readonly verdict: "good" | "bad" | "unknown";
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}
