import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { ACCEPT_RESTORE, lostSpan, RESTORE_SUBJECT } from "../restore/lost-span";

/** Whoever holds the machine accepts that a restored backup lacks the newest entries: the log itself says for ever that they were lost. */
export const acceptRestore = defineCommand({
  name: ACCEPT_RESTORE,
  permission: "system",
  input: z.strictObject({
    span: lostSpan,
    entries: z.number().int().min(1),
    lastRoot: z.string(),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  apply: async (_tx, { span, entries, lastRoot, reason }) => ({
    subject: RESTORE_SUBJECT,
    tenantId: null,
    before: { size: span.kept + entries, root: lastRoot },
    after: { size: span.kept, lost: entries, span },
    reason,
    result: { kept: span.kept, lost: entries },
  }),
});
