import { Refusal } from "@/lib/kernel/refusal";
import { log } from "../log";

/**
 * Writes down why a background step did not come to its end. That another process was faster (the row moved on, or is gone) is how several
 * workers share the work, and no error; everything else is one, and somebody should see it.
 *
 * @param message  what was left undone, and when it comes round again
 */
export function reportFault(message: string, error: unknown, fields: { readonly tenant_id?: string } = {}): void {
  const isOutpaced = error instanceof Refusal && (error.kind === "conflict" || error.kind === "not-found");
  if (isOutpaced) log.info("INFO_OUTPACED", `${message}: ${error.message}`, fields);
  else log.error("ERR_JOB_FAILED", message, { error, ...fields });
}
