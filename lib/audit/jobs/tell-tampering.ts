import { eq } from "drizzle-orm";
import { installation } from "@/db/schema/spine";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { log } from "@/lib/platform/log";
import { read } from "@/lib/platform/scope";
import { reportTampering, TAMPERED_KEY } from "../commands/report-tampering";
import type { Problem } from "../verify/problem";

/** Tells of a log that is not whole: always in the process' log, and once for each finding in the audit and to the outside. */
export async function tellTampering({ index, kind, detail }: Problem, now: Date): Promise<void> {
  log.error("ERR_AUDIT_TAMPERED", detail, { first_bad_index: index, kind });
  const [known] = await read({ kind: "set", ids: [] }, (tx) => tx.select().from(installation).where(eq(installation.key, TAMPERED_KEY)));
  if (known?.value === `${kind}:${index}`) return;
  await runCommand(reportTampering, { input: { index, kind, detail }, actor: systemActor("audit", "seal"), now });
}
