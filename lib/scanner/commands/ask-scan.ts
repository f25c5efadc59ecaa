import { sql } from "drizzle-orm";
import { z } from "zod";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { CONTRACT_SCAN, SCAN_KINDS } from "../types";

/**
 * Somebody wants to know now whether the contract holds. A scan closes what is broken and opens nothing: toward safety, so it needs no
 * reason. There is one at a time, whoever asked for it.
 */
export const askScan = defineCommand({
  name: "scanner.run",
  permission: "switch:safer",
  input: z.strictObject({ kind: z.enum(SCAN_KINDS) }),

  async apply(tx, { kind }, { actor }) {
    requireAllTenants(actor, "What must always hold");
    const held = await tx.execute(sql`
      select 1 from work_leases where tenant_id = ${PLATFORM_TENANT} and kind = 'job' and subject_id = ${CONTRACT_SCAN}
        and owner <> '' and lease_until > now()`);
    if (held.length > 0) refuse("conflict", "A scan is under way: it will be on this page in a moment");
    return { subject: "scanner", tenantId: PLATFORM_TENANT, before: null, after: { kind }, result: { kind } };
  },
});
