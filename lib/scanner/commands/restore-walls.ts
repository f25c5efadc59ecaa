import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";

/**
 * Puts the walls of a table up again as migrations made them: guards, row security, its policy, no right that no migration gave. Level 1: it
 * only ever makes less possible, so it needs no approval; what had been let through meanwhile is for people to judge.
 */
export const restoreWalls = defineCommand({
  name: "contract.rollback",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ table: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/) }),

  async apply(tx, { table }) {
    const [row] = await tx.execute<{ done: string[] }>(sql`select contract_restore(${table}) as done`);
    const done = row?.done ?? [];
    if (done.length === 0) refuse("conflict", `The walls of ${table} stand as migrations made them`);
    return {
      subject: `table:${table}`,
      tenantId: PLATFORM_TENANT,
      before: null,
      after: { restored: done },
      reason: "a wall was down",
      events: [{ name: "contract.restored", payload: { table, done: done.join("; ") } }],
      result: { table, done },
    };
  },
});
