import { z } from "zod";
import { calendarFields } from "@/lib/policy/calendar/calendar-schema";
import { SWITCH_NAMES, SWITCH_SCOPES } from "@/lib/policy/effective-switches";
import { policySchema } from "@/lib/policy/types";

export const LOOSENING_STATUSES = ["awaiting", "executed", "declined", "void"] as const;
export type LooseningStatus = (typeof LOOSENING_STATUSES)[number];

const bound = {
  /** The policy that was in force: under another one the request is void. */
  policy_version: z.number().int().min(1),
  nonce: z.string().min(16).max(128),
  expires_at: z.iso.datetime(),
};

const freezeTimes = z.strictObject({ starts_at: z.iso.datetime(), ends_at: z.iso.datetime() });

/** A merchant's hours as requests carry them. */
const calendarHours = z.strictObject({ time_zone: calendarFields.timeZone, windows: calendarFields.windows, quiet: calendarFields.quiet });

/** Exactly what a request away from safety would do: these members, in canonical form, are what its digest is of. */
export const looseningSchema = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("switch_off"),
    switch: z.enum(SWITCH_NAMES),
    scope: z.enum(SWITCH_SCOPES),
    tenant_id: z.uuid().nullable(),
    target_id: z.uuid().nullable(),
    /** When and by whom it was turned on: thrown again, it is another switch. */
    thrown_at: z.iso.datetime(),
    thrown_by: z.string(),
    ...bound,
  }),
  z.strictObject({
    do: z.literal("policy_change"),
    changes: policySchema.partial(),
    ...bound,
  }),
  z.strictObject({
    do: z.literal("freeze_change"),
    freeze_id: z.uuid(),
    /** Null: everybody's. */
    tenant_id: z.uuid().nullable(),
    before: freezeTimes,
    /** Null: over at once. */
    after: freezeTimes.nullable(),
    ...bound,
  }),
  z.strictObject({
    do: z.literal("calendar_change"),
    tenant_id: z.uuid(),
    before: calendarHours,
    after: calendarHours,
    ...bound,
  }),
  z.strictObject({
    do: z.literal("lift_block"),
    block_id: z.uuid(),
    kind: z.enum(["route", "writer", "export"]),
    target: z.string(),
    /** When it was closed: closed again, it is another block. */
    set_at: z.iso.datetime(),
    ...bound,
  }),
]);
export type Loosening = z.infer<typeof looseningSchema>;

/** What an emergency rollback is to reach: everything, one merchant, or one plugin wherever it runs (in one version). */
export const emergencyScopeSchema = z.union([
  z.literal("global"),
  z.strictObject({ tenant_id: z.uuid().toLowerCase() }),
  z.strictObject({ plugin_key: z.string().min(1).max(128), version: z.string().min(1).max(64).optional() }),
]);
export type EmergencyScope = z.infer<typeof emergencyScopeSchema>;

/**
 * What an emergency rollback means for one plugin.
 *
 * stopped      nothing had reached it, and nothing will
 * called_back  a change may be on it: a signed rollback is on its way
 * undo         a change was kept lately: a signed rollback to the version before
 * can_undo     a change was kept longer ago: a person may still order the way back
 * cannot_undo  there is no way back by a command
 */
export const EMERGENCY_KINDS = ["stopped", "called_back", "undo", "can_undo", "cannot_undo"] as const;
export type EmergencyKind = (typeof EMERGENCY_KINDS)[number];
