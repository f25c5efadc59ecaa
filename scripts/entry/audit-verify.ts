import { closeConnections } from "@/db/connection";
import { requireSameMasterKey } from "@/lib/access/sealing/master-key-row";
import { copyDirectory } from "@/lib/audit/checkpoint/outside-copy";
import { type LogReport, verifyLog } from "@/lib/audit/verify/verify-log";
import { systemClock } from "@/lib/platform/clock";
import { requireSetting } from "@/lib/platform/env";
import { nameProcess } from "@/lib/platform/log";

function sentencesOf({ problem, size, checkpoints, outside, uncovered, unsealed, duration_ms }: LogReport): string[] {
  const copy = outside ? `${outside.checkpoints} checkpoints over ${outside.size} entries` : "none here";
  const verdict = problem
    ? `TAMPERED: first bad index ${problem.index}${problem.before === null ? "" : ` (the fault lies before ${problem.before})`}. ${problem.detail}.`
    : "The audit log is whole.";
  return [
    `${size} entries good, ${checkpoints} checkpoints, ${duration_ms} ms. Copy outside of the database: ${copy}.`,
    `${uncovered} entries are newer than the last checkpoint outside of the database (${unsealed} of them not sealed yet): nothing else vouches for them.`,
    verdict,
  ];
}

nameProcess("audit-verify");
try {
  await requireSameMasterKey(systemClock.now());
  const report = await verifyLog({ directory: copyDirectory(requireSetting("dataDir")) });
  for (const sentence of sentencesOf(report)) console.log(sentence);
  console.log(JSON.stringify(report));
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  console.error(`audit:verify: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await closeConnections();
}
