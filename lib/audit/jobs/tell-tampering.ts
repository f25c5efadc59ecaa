import { eq } from "drizzle-orm";
import { installation } from "@/db/schema/spine";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { log } from "@/lib/platform/log";
import { read } from "@/lib/platform/scope";
import { findingValue, reportTampering, TAMPERED_KEY } from "../commands/report-tampering";
import type { Problem } from "../verify/problem";

/**
 * Tells what a check of the log found: a log that is not whole always in the process' log, and once for each finding in the audit and
 * to the outside; that it is whole again once in the audit, so that the same finding later is told anew.
 *
 * @param problem  null when the log is whole
 */
export async function tellTampering(problem: Problem | null, now: Date): Promise<void> {
  if (problem) log.error("ERR_AUDIT_TAMPERED", problem.detail, { first_bad_index: problem.index, kind: problem.kind });
  const [known] = await read({ kind: "set", ids: [] }, (tx) => tx.select().from(installation).where(eq(installation.key, TAMPERED_KEY)));
  const value = findingValue(problem);
  if ((known?.value ?? findingValue(null)) === value) return;
  const input = { problem: problem && { index: problem.index, kind: problem.kind, detail: problem.detail } };
  await runCommand(reportTampering, { input, actor: systemActor("audit", "seal"), now });
}
