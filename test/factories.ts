import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { autopatchAttemptEvents, autopatchAttempts, plans } from "@/db/schema/delivery";
import { incidentEvents, pluginIncidents } from "@/db/schema/incidents";
import { type WriterTx, writer } from "@/db/writer";
import { registerPlugin } from "@/lib/access/commands/register-plugin";
import { registerTenant } from "@/lib/access/commands/register-tenant";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { systemActor } from "@/lib/access/system-actor";
import { appendAudit } from "@/lib/audit/append";
import { runCommand } from "@/lib/gateway/run-command";
import { causeOf } from "@/lib/incidents/causes";
import { digestOf } from "@/lib/kernel/canonical-json";
import { newId } from "@/lib/platform/random";
import { bindScope } from "@/lib/platform/scope";
import { categoryOf } from "@/lib/policy/category-of";

const fixtures = systemActor("fixtures", "operate");
const word = () => randomUUID().slice(0, 8);

export interface MadeTenant {
  readonly id: string;
  readonly slug: string;
}

/** A tenant, through its command. */
export async function makeTenant(name = "Shop"): Promise<MadeTenant> {
  const slug = `shop-${word()}`;
  const { id } = await runCommand(registerTenant, { input: { slug, name }, actor: fixtures, now: new Date() });
  return { id, slug };
}

export interface MadePlugin {
  readonly id: string;
  readonly tenantId: string;
  readonly secret: string;
}

/** A plugin of a tenant, through its command, with the secret by which it signs. */
export async function makePlugin(tenantId: string, given: { pluginKey?: string; version?: string } = {}): Promise<MadePlugin> {
  const input = { tenantId, pluginKey: "demo-pay", version: "1.2.2", ...given };
  const made = await runCommand(registerPlugin, { input, actor: fixtures, now: new Date() });
  return { id: made.id, tenantId, secret: await revealPluginSecret(fixtures.tenants, made.id, made.secret_version) };
}

/** Rows that no command of ops makes, through the same door that commands use: scope, gateway and an audit entry. */
export async function asGateway<Result>(work: (tx: WriterTx) => Promise<Result>): Promise<Result> {
  return writer().transaction(async (tx) => {
    await bindScope(tx, fixtures.tenants);
    await tx.execute(sql`select gateway_open()`);
    const result = await work(tx);
    const entry = {
      tenantId: null,
      actor: fixtures.id,
      onBehalfOf: null,
      command: "fixtures.write",
      outcome: "done",
      subject: "fixtures",
    } as const;
    await appendAudit(tx, {
      ...entry,
      id: newId(),
      at: new Date(),
      before: null,
      after: null,
      reason: null,
      traceId: "0".repeat(31).concat("1"),
    });
    return result;
  });
}

/** An incident of a plugin with the first line of its timeline; open, low and of the fail-rate rule unless said otherwise. */
export async function makeIncident(
  plugin: Pick<MadePlugin, "id" | "tenantId">,
  given: Partial<typeof pluginIncidents.$inferInsert> = {},
): Promise<typeof pluginIncidents.$inferSelect> {
  const at = given.openedAt ?? new Date();
  const explain = "60 % of webhooks failed";
  const finding = {
    ruleId: "webhook_fail_rate",
    type: "webhook_fail_rate",
    severity: "low",
    observedAt: at,
    statistic: "webhook_fail_rate",
    value: 0.6,
    usual: null,
    explain,
  } as const;
  const row: typeof pluginIncidents.$inferInsert = {
    tenantId: plugin.tenantId,
    id: newId(at),
    pluginId: plugin.id,
    pluginKey: "demo-pay",
    type: "webhook_fail_rate",
    cause: causeOf(given.type ?? "webhook_fail_rate"),
    severity: "low",
    status: "open",
    openedAt: at,
    detectedAt: at,
    updatedAt: at,
    value: 0.6,
    finding,
    telemetrySnapshot: { webhook_fail_rate: 0.6 },
    ...given,
  };
  return asGateway(async (tx) => {
    const [incident] = await tx.insert(pluginIncidents).values(row).returning();
    if (!incident) throw new Error("no incident was inserted");
    const place = { tenantId: incident.tenantId, incidentId: incident.id, id: newId(at), at };
    await tx.insert(incidentEvents).values({ ...place, kind: "opened", actor: fixtures.id, summary: explain, data: {} });
    return incident;
  });
}

/** A plan for an incident, awaiting approval unless said otherwise; the incident points to it. */
export async function makePlan(
  incident: typeof pluginIncidents.$inferSelect,
  given: Partial<typeof plans.$inferInsert> = {},
): Promise<typeof plans.$inferSelect> {
  const expiresAt = new Date(Date.now() + 4 * 60 * 60 * 1_000);
  const document = {
    type: "update",
    plugin_ids: [incident.pluginId],
    plugin_key: incident.pluginKey,
    from_version: "1.2.2",
    to_version: "1.2.3",
    artifact_sha256: "a".repeat(64),
    policy_version: 1,
    nonce: randomUUID(),
    expires_at: expiresAt.toISOString(),
  } as const;
  const digest = digestOf(document);
  return asGateway(async (tx) => {
    const [plan] = await tx
      .insert(plans)
      .values({
        tenantId: incident.tenantId,
        digest,
        incidentId: incident.id,
        pluginId: incident.pluginId,
        document,
        bytes: Buffer.from(JSON.stringify(document)),
        requestedBy: fixtures.id,
        requiredSignatures: 2,
        status: "awaiting",
        createdAt: new Date(),
        expiresAt,
        ...given,
      })
      .returning();
    if (!plan) throw new Error("no plan was inserted");
    await tx.update(pluginIncidents).set({ planDigest: plan.digest }).where(sql`${pluginIncidents.id} = ${incident.id}`);
    return plan;
  });
}

/** An attempt at an incident with its first transition; queued unless said otherwise. */
export async function makeAttempt(
  incident: typeof pluginIncidents.$inferSelect,
  given: Partial<typeof autopatchAttempts.$inferInsert> = {},
): Promise<typeof autopatchAttempts.$inferSelect> {
  const plan = await makePlan(incident, { status: "executed" });
  const at = given.createdAt ?? new Date();
  return asGateway(async (tx) => {
    const [attempt] = await tx
      .insert(autopatchAttempts)
      .values({
        tenantId: incident.tenantId,
        id: newId(at),
        incidentId: incident.id,
        pluginId: incident.pluginId,
        planDigest: plan.digest,
        fromVersion: "1.2.2",
        toVersion: "1.2.3",
        method: "update",
        status: "pending",
        phase: "queued",
        category: categoryOf(incident.type),
        isAutomatic: true,
        requestedBy: fixtures.id,
        createdAt: at,
        updatedAt: at,
        ...given,
      })
      .returning();
    if (!attempt) throw new Error("no attempt was inserted");
    const place = { tenantId: attempt.tenantId, attemptId: attempt.id, id: newId(at), at };
    await tx.insert(autopatchAttemptEvents).values({
      ...place,
      fromStatus: null,
      toStatus: attempt.status,
      phase: attempt.phase,
      actor: fixtures.id,
      reason: "begun",
      detail: {},
    });
    return attempt;
  });
}
