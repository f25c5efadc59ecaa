import { z } from "zod";
import { healthSchema, manifestSchema, ORDER_TYPES, type OrderType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const mode = z.enum(["normal", "degraded", "off"]);
const flags = z.record(z.string().max(64), z.boolean());
const ofTenants = <Value extends z.ZodType>(value: Value) => z.record(z.uuid(), value);

/** One beat of a module's agent: what it is, how it is, and what it was told last. */
export const moduleBeatSchema = z.strictObject({
  type: z.literal("module.beat"),
  timestamp: z.iso.datetime({ offset: true }),
  data: z.strictObject({
    module_id: z.uuid(),
    boot_id: z.uuid(),
    seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    running_version: z.string().min(1).max(64),
    manifest_digest: digest,
    manifest: manifestSchema.optional(),
    health: healthSchema,
    queue: z.record(z.string().max(64), z.number()).default({}),
    flags: z.strictObject({ platform: flags, tenants: ofTenants(flags) }).default({ platform: {}, tenants: {} }),
    modes: z.strictObject({ platform: mode, tenants: ofTenants(mode) }).default({ platform: "normal", tenants: {} }),
    entitlements_digest: z.string().max(80).nullish(),
    ignored_commands: z.number().int().min(0).default(0),
  }),
});
export type ModuleBeat = z.output<typeof moduleBeatSchema>;

/** What an agent says of an order at its end. */
export const orderResultSchema = z.strictObject({
  module_id: z.uuid(),
  command_id: z.uuid(),
  status: z.enum(["done", "failed", "refused"]),
  detail: z.string().max(LIMITS.reasonCharacters),
  result: z.json().nullable(),
  timings_ms: z.record(z.string().max(64), z.number().min(0)).default({}),
});

export const MODULE_COMMAND_TYPE = "application/vnd.reliability.module-command+json";

/** An order as it is signed; the agent checks all of it itself. */
export interface OrderPayload {
  readonly id: string;
  readonly type: OrderType;
  readonly module_id: string;
  readonly module_key: string;
  readonly tenant_id: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly not_before: string;
  readonly expires_at: string;
  /** Above the fence of every order of this module before it. */
  readonly fence: number;
  readonly plan_digest: string | null;
}

export const orderTypeSchema = z.enum(ORDER_TYPES);
