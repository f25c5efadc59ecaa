import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";

/** Notes, in a database that was copied or restored, from when on each governed row must have its audit entry: from now. */
export const beginScans = defineCommand({
  name: "scanner.begin",
  permission: "system",
  input: z.strictObject({}),

  async apply(tx) {
    await tx.execute(sql`select contract_begin()`);
    return { subject: "scanner:floor", tenantId: null, before: null, after: { begun: true }, result: { begun: true } };
  },
});
