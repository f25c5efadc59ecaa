import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";

/** Somebody takes entries out of Center: who, which and in what form is an entry of its own, before the first byte leaves. */
export const recordExport = defineCommand({
  name: "audit.export",
  permission: "audit:read",
  input: z.strictObject({ format: z.enum(["ndjson", "csv"]), filter: z.record(z.string(), z.string()) }),

  apply: async (_tx, { format, filter }) => ({
    subject: "audit:log",
    tenantId: null,
    before: null,
    after: { format, filter },
    result: { format },
  }),
});
