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

const actor = systemActor("bench", "operate");

/** A tenant's installations, registered together: one audit entry over all of them instead of one each. */
const registerFleet = defineCommand({
  name: "bench.register-fleet",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid(), count: z.int().min(1).max(10_000) }),

  async apply(tx, { tenantId, count }, { now, newId }) {
    const ids = Array.from({ length: count }, () => newId());
    const common = { tenantId, pluginKey: "bench-pay", version: "1.2.3", lastGoodVersion: "1.2.3", createdAt: now, updatedAt: now };
    await tx.insert(plugins).values(ids.map((id) => ({ ...common, id })));
    for (const id of ids) await addPluginSecret(tx, { tenantId, id }, 1, now);
    const digest = createHash("sha256").update(ids.join()).digest("hex");
    return { subject: `tenant:${tenantId}`, tenantId, before: null, after: { count, digest }, result: { ids } };
  },
});

/** Registers `tenants` x `each` plugins and writes what a load generator must know of them. */
async function seed(file: string, tenants: number, each: number): Promise<void> {
  const made: { id: string; tenantId: string; secret: string }[] = [];
  for (let index = 0; index < tenants; index += 1) {
    const now = new Date();
    const { id: tenantId } = await runCommand(registerTenant, { input: { slug: `bench-${index}`, name: `Bench ${index}` }, actor, now });
    const { ids } = await runCommand(registerFleet, { input: { tenantId, count: each }, actor, now });
    const secrets = await Promise.all(ids.map((id) => revealPluginSecret(actor.tenants, id, 1)));
    ids.forEach((id, index) => {
      made.push({ id, tenantId, secret: secrets[index] ?? "" });
    });
  }
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
}

const [, , file = "", tenants = "", each = ""] = process.argv;
await seed(file, Number(tenants), Number(each));
await closeConnections();
