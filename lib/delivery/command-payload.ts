import { z } from "zod";
import { envelopeSchema } from "@/lib/delivery/dsse";
import { type Plan, planDigest } from "@/lib/delivery/plan";
import { COMMAND_TYPES, type CommandPayload, type CommandType, type Envelope } from "@/lib/delivery/types";
import { canonicalJson, type Json } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";

/** What only confirms or asks needs no plan; whatever changes something at the merchant does. */
const PLANLESS: ReadonlySet<CommandType> = new Set(["commit", "ping"]);

const version = z.string().min(1).max(64);
const instant = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const artifact = z
  .strictObject({ url: z.string().max(256), sha256, length: z.number().int().min(1).max(LIMITS.artifactBytes) })
  .refine((value) => value.url === `/api/artifacts/${value.sha256}`, "the path of an artifact ends in its own digest");

/** Center's order as the agent reads it, with the rules that hold between its members. */
export const commandPayloadSchema = z
  .strictObject({
    id: z.uuid(),
    type: z.enum(COMMAND_TYPES),
    plugin_id: z.uuid(),
    from_version: version.nullable(),
    to_version: version.nullable(),
    artifact: artifact.nullable(),
    config: z.record(z.string(), z.json()).nullable(),
    ref: z.uuid().nullable(),
    probation_s: z.number().int().min(1).max(3_600),
    not_before: instant,
    expires_at: instant,
    issued_at: instant,
    plan: z.base64().nullable(),
    plan_digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/)
      .nullable(),
    quorum: z.array(envelopeSchema).max(LIMITS.quorumEnvelopes),
  })
  .superRefine((payload, context) => {
    const wrong = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    if (PLANLESS.has(payload.type) !== (payload.plan === null))
      wrong("plan", "a command that changes something carries a plan, no other does");
    if ((payload.plan === null) !== (payload.plan_digest === null)) wrong("plan_digest", "plan and digest go together");
    if (payload.plan !== null && payload.plan_digest !== planDigest(Buffer.from(payload.plan, "base64")))
      wrong("plan_digest", "is not the plan's");
    if (payload.type === "commit" && payload.ref === null) wrong("ref", "a commit names what it confirms");
    if (payload.type === "update" && payload.artifact === null) wrong("artifact", "an update brings an artifact");
    // No plan's digest covers it, so it travels only under the type that says so.
    if ((payload.type === "config_update") !== (payload.config !== null))
      wrong("config", "a config update brings a configuration, nothing else does");
    if (payload.expires_at <= payload.not_before) wrong("expires_at", "lies before not_before");
  }) satisfies z.ZodType<CommandPayload>;

/** What a command says besides what its plan already does. */
export interface CommandOrder {
  readonly id: string;
  readonly pluginId: string;
  /** Bytes to fetch; their digest must be the plan's. */
  readonly artifact?: { readonly sha256: string; readonly length: number } | undefined;
  readonly config?: Readonly<Record<string, Json>> | undefined;
  /** The command that this one confirms or pre-empts. */
  readonly ref?: string | undefined;
  readonly quorum?: readonly Envelope[] | undefined;
  readonly probationSeconds?: number | undefined;
  readonly issuedAt: Date;
  /** Default: at once. */
  readonly notBefore?: Date | undefined;
  /** Default: LIMITS.commandLifeSeconds after it may begin. */
  readonly expiresAt?: Date | undefined;
}

/** A command's payload with the exact bytes that are signed. */
export interface BuiltCommand {
  readonly payload: CommandPayload;
  readonly bytes: Buffer;
}

function build(type: CommandType, order: CommandOrder, plan: Plan | null): BuiltCommand {
  const notBefore = order.notBefore ?? order.issuedAt;
  const expiresAt = order.expiresAt ?? new Date(notBefore.getTime() + LIMITS.commandLifeSeconds * 1_000);
  const payload: CommandPayload = commandPayloadSchema.parse({
    id: order.id,
    type,
    plugin_id: order.pluginId,
    from_version: plan?.document.from_version ?? null,
    to_version: plan?.document.to_version ?? null,
    artifact: order.artifact ? { url: `/api/artifacts/${order.artifact.sha256}`, ...order.artifact } : null,
    config: order.config ?? null,
    ref: order.ref ?? null,
    probation_s: order.probationSeconds ?? LIMITS.probationSeconds,
    not_before: notBefore.toISOString(),
    expires_at: expiresAt.toISOString(),
    issued_at: order.issuedAt.toISOString(),
    plan: plan?.bytes.toString("base64") ?? null,
    plan_digest: plan?.digest ?? null,
    quorum: order.quorum ?? [],
  });
  return { payload, bytes: Buffer.from(canonicalJson(payload as unknown as Json), "utf8") };
}

/**
 * Builds the order that carries out a plan at one of its targets; type and versions are the plan's own.
 * @throws RangeError when plugin or artifact are not the plan's; ZodError for a payload that no agent would accept
 */
export function buildPlannedCommand(plan: Plan, order: CommandOrder): BuiltCommand {
  if (!plan.document.plugin_ids.includes(order.pluginId)) throw new RangeError("the plugin is not a target of the plan");
  if ((order.artifact?.sha256 ?? null) !== plan.document.artifact_sha256) throw new RangeError("the artifact is not the plan's");
  return build(plan.document.type, order, plan);
}

/** Builds the order that confirms an update: without it the agent restores the last good copy by itself. */
export function buildCommit(order: CommandOrder & { readonly ref: string }): BuiltCommand {
  return build("commit", order, null);
}

/** Builds a question that changes nothing. */
export function buildPing(order: CommandOrder): BuiltCommand {
  return build("ping", order, null);
}
