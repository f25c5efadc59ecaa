import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { closeConnections } from "@/db/connection";
import { plugins } from "@/db/schema/tenants";
import { registerTenant } from "@/lib/access/commands/register-tenant";
import { addPluginSecret, revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { systemActor } from "@/lib/access/system-actor";
import { defineCommand } from "@/lib/gateway/define-command";
import { runCommand } from "@/lib/gateway/run-command";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { newId } from "@/lib/platform/random";
import { enqueueBeat } from "@/lib/telemetry/adapters/ingest-queue";

const actor = systemActor("bench", "operate");

/** A tenant's installations, registered together: one audit entry over all of them instead of one each. */
const registerFleet = defineCommand({
  name: "bench.register-fleet",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid(), count: z.int().min(1).max(10_000) }),

  async apply(tx, { tenantId, count }, { now, newId }) {
    const ids = Array.from({ length: count }, () => newId());
    // Long registered: what changed within the last minute is asked for every second, and this fleet is not to be news to anybody.
    const at = new Date(now.getTime() - 600_000);
    const common = { tenantId, pluginKey: "bench-pay", version: "1.2.3", lastGoodVersion: "1.2.3", createdAt: at, updatedAt: at };
    await tx.insert(plugins).values(ids.map((id) => ({ ...common, id })));
    for (const id of ids) await addPluginSecret(tx, { tenantId, id }, 1, now);
    const digest = createHash("sha256").update(ids.join()).digest("hex");
    return { subject: `tenant:${tenantId}`, tenantId, before: null, after: { count, digest }, result: { ids } };
  },
});

/** A beat of each plugin some time ago, of the boot that the load goes on with: a fleet that runs, not one that starts all at once. */
async function letBoot(tenantId: string, ids: readonly string[]): Promise<void> {
  const receivedAt = new Date(Date.now() - 300_000);
  const common = { seq: 1, running_version: "1.2.3", disk_version: "1.2.3", active: true, telemetry: { webhook_fail_rate: 0 } };
  await Promise.all(
    ids.map((id) => {
      const data = { ...common, plugin_id: id, boot_id: id };
      const beat = { type: "plugin.heartbeat" as const, timestamp: receivedAt.toISOString(), data };
      const webhookId = `boot_${id}`;
      return enqueueBeat({ tenantId, pluginId: id, id: newId(receivedAt), webhookId, receivedAt, bodySha256: sha256Hex(webhookId), beat });
    }),
  );
}

/** A tenant with its fleet, as a load generator must know it. */
async function seedTenant(index: number, each: number): Promise<{ id: string; tenantId: string; secret: string }[]> {
  const now = new Date();
  const { id: tenantId } = await runCommand(registerTenant, { input: { slug: `bench-${index}`, name: `Bench ${index}` }, actor, now });
  const { ids } = await runCommand(registerFleet, { input: { tenantId, count: each }, actor, now });
  await letBoot(tenantId, ids);
  const secrets = await Promise.all(ids.map((id) => revealPluginSecret(actor.tenants, id, 1)));
  return ids.map((id, place) => ({ id, tenantId, secret: secrets[place] ?? "" }));
}

/** Registers `tenants` x `each` plugins, a few tenants at once. */
async function seed(file: string, tenants: number, each: number): Promise<void> {
  const made: Awaited<ReturnType<typeof seedTenant>> = [];
  const left = Array.from({ length: tenants }, (_none, index) => index);
  const work = async () => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) made.push(...(await seedTenant(index, each)));
  };
  await Promise.all([work(), work(), work(), work()]);
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
}

const [, , file = "", tenants = "", each = ""] = process.argv;
await seed(file, Number(tenants), Number(each));
await closeConnections();
