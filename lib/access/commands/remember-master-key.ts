import { z } from "zod";
import { installation } from "@/db/schema/spine";
import { defineCommand } from "@/lib/gateway/define-command";

/** Keeps the check value of the master key that this installation was set up with. */
export const rememberMasterKey = defineCommand({
  name: "installation.remember-master-key",
  permission: "system",
  input: z.strictObject({ check: z.string().length(64) }),

  async apply(tx, { check }, { now }) {
    await tx.insert(installation).values({ key: "master_key_check", value: check, updatedAt: now }).onConflictDoNothing();
    return { subject: "installation:master_key_check", tenantId: null, before: null, after: null, result: {} };
  },
});
