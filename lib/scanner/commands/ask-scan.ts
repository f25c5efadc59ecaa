import { isNull, lte } from "drizzle-orm";
import { z } from "zod";
import { scanRequests } from "@/db/schema/modules/scanner";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { SCAN_KINDS } from "../types";

/**
 * Somebody wants to know now whether the contract holds: a worker looks within seconds. A scan closes what is broken and opens nothing: toward
 * safety, so it needs no reason. There is one at a time, whoever asked for it.
 */
export const askScan = defineCommand({
  name: "scanner.run",
  permission: "switch:safer",
  input: z.strictObject({ kind: z.enum(SCAN_KINDS) }),

  async apply(tx, { kind }, { actor, now, newId }) {
    requireAllTenants(actor, "What must always hold");
    const row = { tenantId: PLATFORM_TENANT, id: newId(), kind, askedBy: actor.id, askedAt: now };
    // One that no scan could answer is over after a while: whoever asks next takes its place.
    const lapsedAt = new Date(now.getTime() - LIMITS.scanAskedLapsesSeconds * 1_000);
    const [made] = await tx
      .insert(scanRequests)
      .values(row)
      .onConflictDoUpdate({
        target: scanRequests.tenantId,
        targetWhere: isNull(scanRequests.runId),
        set: { kind, askedBy: actor.id, askedAt: now },
        setWhere: lte(scanRequests.askedAt, lapsedAt),
      })
      .returning();
    if (!made) refuse("conflict", "A scan was asked for already: what it comes to stands here in a moment");
    return {
      subject: `scan-request:${made.id}`,
      tenantId: PLATFORM_TENANT,
      before: null,
      after: { kind },
      events: [{ name: "contract.asked", payload: { kind } }],
      result: { id: made.id, kind, asked_at: now.toISOString() },
    };
  },
});
