import { and, desc, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { artifacts, pluginAgentCommands } from "@/db/schema/delivery";
import { opsPolicy } from "@/db/schema/safety";
import { pluginState } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { loadCommandKey } from "@/lib/access/sealing/signing-keys";
import { ArchiveError } from "@/lib/delivery/archive/archive-entries";
import { readArtifact } from "@/lib/delivery/archive/read-artifact";
import { type BuiltCommand, buildCommit, buildPing, buildPlannedCommand } from "@/lib/delivery/command-payload";
import { COMMAND_PAYLOAD_TYPE, signEnvelope } from "@/lib/delivery/dsse";
import { buildPlan } from "@/lib/delivery/plan";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { gunzip, inflate } from "@/lib/platform/web/unpack-bytes";

/** Everything that an agent knows. */
const TYPES = ["ping", "update", "rollback", "config_update", "restart", "isolate", "commit"] as const;

const input = z.strictObject({
  pluginId: z.uuid().toLowerCase(),
  type: z.enum(TYPES),
  /** Of an update or a rollback. */
  toVersion: z.string().min(1).max(64).nullable().default(null),
  /** Of an update: its package, as an agent fetches it. */
  bytes: z.instanceof(Uint8Array).nullable().default(null),
  /** Of a config_update. */
  config: z.record(z.string(), z.json()).nullable().default(null),
});
type Order = z.output<typeof input>;
type CommandRow = typeof pluginAgentCommands.$inferSelect;

const ofPlugin = (pluginId: string) => and(eq(pluginAgentCommands.tenantId, SANDBOX_TENANT), eq(pluginAgentCommands.pluginId, pluginId));

/** The newest change that the agent has applied and nobody has confirmed. */
async function onProbation(tx: WriterTx, pluginId: string): Promise<CommandRow | null> {
  const isApplied = and(ofPlugin(pluginId), eq(pluginAgentCommands.status, "applied"));
  const [row] = await tx.select().from(pluginAgentCommands).where(isApplied).orderBy(desc(pluginAgentCommands.createdAt)).limit(1);
  return row ?? null;
}

/** Keeps the package for the agent, if it is one that an agent would unpack. @returns its name and length */
async function keepPackage(tx: WriterTx, bytes: Uint8Array | null, now: Date): Promise<{ sha256: string; length: number }> {
  if (bytes === null || bytes.length > LIMITS.artifactBytes) refuse("invalid", "An update brings a package of at most 20 MiB");
  try {
    readArtifact(bytes, { gunzip, inflate });
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    refuse("invalid", `The package is no zip or tar.gz that an agent would unpack: ${error.message}`);
  }
  const sha256 = sha256Hex(bytes);
  await tx
    .insert(artifacts)
    .values({ sha256, bytes: Buffer.from(bytes), createdAt: now })
    .onConflictDoNothing();
  return { sha256, length: bytes.length };
}

async function versionOnDisk(tx: WriterTx, plugin: typeof plugins.$inferSelect): Promise<string> {
  const key = and(eq(pluginState.tenantId, SANDBOX_TENANT), eq(pluginState.pluginId, plugin.id));
  const [state] = await tx.select({ disk: pluginState.diskVersion }).from(pluginState).where(key);
  return state?.disk || plugin.version;
}

/** A command as SIRA's would be made for a merchant: its plan, its digest, its artifact. */
async function build(
  tx: WriterTx,
  order: Order,
  plugin: typeof plugins.$inferSelect,
  { now, newId }: CommandContext,
): Promise<BuiltCommand> {
  const { pluginId, type } = order;
  const common = { id: newId(), pluginId, issuedAt: now };
  if (type === "ping") return buildPing(common);
  const applied = type === "commit" || type === "rollback" ? await onProbation(tx, pluginId) : null;
  if (type === "commit")
    return buildCommit({ ...common, ref: applied?.id ?? refuse("conflict", "Nothing is applied that waits for a commit") });
  const artifact = type === "update" ? await keepPackage(tx, order.bytes, now) : undefined;
  const to = order.toVersion ?? applied?.payload.from_version ?? null;
  if ((type === "update" || type === "rollback") && to === null) refuse("invalid", "Say to which version");
  const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1));
  const plan = buildPlan({
    type,
    plugin_ids: [pluginId],
    plugin_key: plugin.pluginKey,
    from_version: applied?.payload.to_version ?? (await versionOnDisk(tx, plugin)),
    to_version: type === "update" || type === "rollback" ? to : null,
    artifact_sha256: artifact?.sha256 ?? null,
    policy_version: policy?.version ?? 0,
    nonce: newToken(18),
    expires_at: new Date(now.getTime() + LIMITS.planLifeSeconds * 1_000).toISOString(),
  });
  if ((type === "config_update") !== (order.config !== null))
    refuse("invalid", "A config_update brings a configuration, nothing else does");
  return buildPlannedCommand(plan, { ...common, artifact, config: order.config ?? undefined, ref: applied?.id });
}

/** What was ordered before gives way: an author who tries things out does not wait for what the last try left behind. */
async function withdrawEarlier(tx: WriterTx, pluginId: string, now: Date): Promise<void> {
  const isLive = and(ofPlugin(pluginId), inArray(pluginAgentCommands.status, ["pending", "offered", "applied"]));
  await tx.update(pluginAgentCommands).set({ status: "cancelled", finishedAt: now }).where(isLive);
}

/**
 * A plugin of the sandbox is sent a command of any type, signed as every other; it travels in the answer to its next beat. Nothing follows by
 * itself: what is applied is taken back by the agent unless a commit is ordered, too. The kill switch holds these as it holds all.
 */
export const orderSandbox = defineCommand({
  name: "sandbox.order",
  permission: "plugin:write",
  input,

  async apply(tx, order, context) {
    requireAllTenants(context.actor, "The sandbox");
    const { now } = context;
    const key = and(eq(plugins.tenantId, SANDBOX_TENANT), eq(plugins.id, order.pluginId), eq(plugins.status, "active"));
    const [plugin] = await tx.select().from(plugins).where(key).for("update");
    if (!plugin) refuse("not-found", `No plugin ${order.pluginId} in the sandbox`);
    const signer = await loadCommandKey(tx);
    if (!signer) refuse("unavailable", "Center has no command key yet");
    const { payload, bytes } = await build(tx, order, plugin, context);
    if (order.type !== "ping" && order.type !== "commit") await withdrawEarlier(tx, plugin.id, now);
    await tx.insert(pluginAgentCommands).values({
      tenantId: SANDBOX_TENANT,
      id: payload.id,
      pluginId: plugin.id,
      attemptId: null,
      type: payload.type,
      ref: payload.ref,
      payload,
      envelope: signEnvelope(COMMAND_PAYLOAD_TYPE, bytes, signer),
      status: "pending",
      createdAt: now,
      expiresAt: new Date(payload.expires_at),
    });
    const result = {
      id: payload.id,
      type: payload.type,
      from_version: payload.from_version,
      to_version: payload.to_version,
      ref: payload.ref,
    };
    return { subject: `command:${payload.id}`, tenantId: SANDBOX_TENANT, before: null, after: result, result };
  },
});
