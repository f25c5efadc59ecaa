import { readPlatform, unequal } from "./read-platform.mjs";
import { awaitEnd, beginApplying, beginRollingBack, tryRepair } from "./run-repair.mjs";

const SHOWN = 5;

/**
 * What this platform's modules offer to mend, and whoever may die meanwhile: the scheduler's agent lives in the platform's own process.
 *
 * @typedef {{ job: string, moduleKey: string, isPlan?: boolean, victims: readonly ("worker" | "front")[] }} Repair
 * @type {readonly Repair[]}
 */
export const REPAIRS = [
  { job: "repair_rebuild_index", moduleKey: "search", victims: ["worker", "front"] },
  { job: "repair_reconcile_invoices", moduleKey: "billing", victims: ["worker", "front"] },
  { job: "repair_invalid_fields", moduleKey: "catalog", victims: ["worker", "front"] },
  { job: "repair_excess_permissions", moduleKey: "catalog", victims: ["worker", "front"] },
  { job: "repair_migration", moduleKey: "catalog", victims: ["worker", "front"] },
  { job: "repair_purge_cache", moduleKey: "cache", victims: ["worker", "front"] },
  { job: "repair_orphan_files", moduleKey: "storage", victims: ["worker", "front"] },
  { job: "repair_replay_dead_letters", moduleKey: "scheduler", victims: ["worker"] },
  { job: "repair_ledger_entries", moduleKey: "billing", isPlan: true, victims: [] },
];

/**
 * @typedef {{ sql: import("postgres").Sql, dir: string, tenantIds: string[], ops: import("../../ops-client.mjs").OpsClient, second: import("../../ops-client.mjs").OpsClient,
 *   kill: ReturnType<typeof import("./kill-midway.mjs").midwayKiller>["kill"], report: (line: string) => void }} Stage
 */

/**
 * One job: tried, applied and tried again, which finds nothing, and taken back, which leaves every row and file as it was; killed in the middle both
 * ways. One that only plans is tried twice, and changes nothing.
 *
 * @param {Repair} repair @param {Stage} stage
 * @returns {Promise<string[]>} what is not as it was to be
 */
export async function checkRepair(repair, stage) {
  const { sql, dir, report } = stage;
  const before = await readPlatform(sql, dir);
  const mismatches = repair.isPlan ? await planTwice(repair, stage) : await applyAndTakeBack(repair, stage, before);
  const left = unequal(before, await readPlatform(sql, dir));
  if (left.length > 0) mismatches.push(`${left.length} rows or files differ in the end: ${left.slice(0, SHOWN).join(", ")}`);
  for (const what of mismatches) report(`  MISMATCH ${repair.job}: ${what}`);
  report(`${repair.job}: ${mismatches.length} mismatches`);
  return mismatches;
}

/** @param {Repair} repair @param {Stage} stage */
async function planTwice(repair, { ops, tenantIds }) {
  const [first, again] = [await tryRepair(ops, repair, tenantIds), await tryRepair(ops, repair, tenantIds)];
  const mismatches = [];
  if (first.status !== "planned" || !first.rows_total) mismatches.push(`it was to be planned, and is ${told(first)}`);
  if (again.digest !== first.digest) mismatches.push("the same plan has another digest");
  return mismatches;
}

/** @param {Repair} repair @param {Stage} stage @param {Set<string>} before */
async function applyAndTakeBack(repair, { sql, dir, tenantIds, ops, second, kill, report }, before) {
  const shown = await tryRepair(ops, repair, tenantIds);
  const phase = { runId: shown.id, rows: shown.rows_total ?? 0, victims: repair.victims };
  report(`${repair.job}: ${shown.status}, ${phase.rows} rows`);
  if (shown.status !== "ready" || phase.rows === 0) return [`there was to be something to mend: ${told(shown)}`];
  const mismatches = [];
  await beginApplying(ops, second, shown);
  await kill({ ...phase, isBack: false });
  const applied = await awaitEnd(ops, shown.id);
  if (applied.status !== "applied") return [`it was to be applied, and is ${told(applied)}`];
  if (unequal(before, await readPlatform(sql, dir)).length === 0) mismatches.push("it was applied, and nothing changed");
  const again = await tryRepair(ops, repair, tenantIds);
  if (again.status !== "clean") mismatches.push(`the second dry run was to find nothing: ${told(again)}`);
  await beginRollingBack(ops, second, shown);
  await kill({ ...phase, isBack: true });
  const ended = await awaitEnd(ops, shown.id);
  if (ended.status !== "rolled_back") mismatches.push(`it was to be rolled back, and is ${told(ended)}`);
  return mismatches;
}

/** @param {import("./run-repair.mjs").Run} run */
const told = ({ status, rows_total: rows, error_code: code, error }) => `${status} (${rows} rows, ${code ?? "no error"} ${error ?? ""})`;
