import { LIMITS } from "@/lib/platform/limits";
import type { RepairJob } from "../types";

const SITES = {
  module: "a module, by signed orders",
  center: "Center, on its own rows",
  both: "a module, or Center on its own rows",
} as const;

function section(job: RepairJob): string {
  const people = job.level === 3 ? "nobody: people do it by the plan" : job.isSensitive ? "two people" : "one person, or Center by itself";
  const saved =
    job.level === 1 ? "nothing but its journal: what it makes can be made again" : "a sealed snapshot at a module; the journal at Center";
  const lines = [
    ["Level", String(job.level)],
    ["Done by", SITES[job.site]],
    ["Switch of automatic healing", job.category],
    ["Dry-run finds", job.finds],
    ["Applied by", people],
    ["Saved first", job.level === 3 ? "nothing: nothing is changed" : saved],
    ["Rollback", job.undo],
    ["Holds afterwards", job.invariants.map((id) => `\`${id}\``).join(", ") || "what its gate checked: tried again, it finds nothing"],
  ];
  const rows = lines.map(([name, value]) => `- **${name}:** ${value}`).join("\n");
  return `## \`${job.key}\` (version ${job.version})\n\n${job.describe}\n\n${rows}\n`;
}

/** The page docs/REPAIR_JOB_CATALOG.md. */
export function catalogPage(jobs: readonly RepairJob[]): string {
  return `# Repair jobs

Generated from \`lib/repair/registry.ts\` (\`npx vitest run lib/repair/catalog-page.test.ts -u\`); a test fails when it is not what the code says.

Every job is tried first: \`POST /api/ops/repairs/<job>/dry-run { module_key, tenant_ids, reason }\` changes nothing and answers a run, whose page (\`/repairs/<id>\`) shows the
exact rows and their digest. \`POST /api/ops/repair-runs/<id>/apply { digest, reason }\` does just that within ${LIMITS.repairReadySeconds / 60} minutes, or refuses (409); \`/rollback\` takes it back, \`/cancel\` gives up what was not
applied. Where two people are needed, \`/apply\` asks and \`/approve\`, by somebody else with a second factor, agrees; so it is with every run of more than ${LIMITS.repairRowsAlone} rows.
Every step is an audit entry in the trace in which the run was asked for. Why a crash leaves nothing half done: [decision 0020](decisions/0020-a-repair-does-what-it-showed.md).

${jobs.map(section).join("\n")}`;
}
