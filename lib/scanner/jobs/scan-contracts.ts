import path from "node:path";
import { systemActor } from "@/lib/access/system-actor";
import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { EXPORT_ROUTES } from "@/lib/platform/web/blocks/exports";
import accessTable from "../access-table.json";
import { EXPORTERS, type Exporter, HOSTILE_CELLS } from "../adapters/exporters";
import { readBuild } from "../adapters/read-build";
import { beginScans } from "../commands/begin-scans";
import { recordScan } from "../commands/record-scan";
import { restoreWalls } from "../commands/restore-walls";
import { judgeWorld, type Verdict } from "../judge-world";
import { type RunRow, readAsked, readLastRuns, readOpen } from "../queries-runs";
import { type ReadPart, readChecks, readLints, readOwnerless, readSignals, readUnaudited, type SeenRows } from "../queries-world";
import { dueAudit } from "../run-windows";
import { type AccessTable, reachOf, type ScanKind, type World } from "../types";

/** Fixed, so that every process means the same scan. */
const SCAN = { kind: "job", tenantId: PLATFORM_TENANT, id: "00000000-0000-4000-8000-00000000005e" } as const;

const AUDIT_WINDOW = {
  fromHour: LIMITS.auditWindowFromHour,
  toHour: LIMITS.auditWindowToHour,
  weekday: LIMITS.auditWeekday,
  dailyOverdueHours: LIMITS.auditOverdueHours,
  weeklyOverdueHours: LIMITS.auditWeeklyOverdueHours,
} as const;

/** What a scan looks at beside the database; other than the product's own only where somebody plants something. */
export interface ScanSubject {
  readonly buildFolder: string;
  readonly exporters: readonly Exporter[];
  readonly access: AccessTable;
}

export const OWN_SUBJECT: ScanSubject = { buildFolder: path.resolve(".next"), exporters: EXPORTERS, access: accessTable };

/** How one scan is to be made. */
export interface ScanOptions {
  readonly subject?: ScanSubject;
  /** Somebody's request, who waits for the answer: counters of writes, which come up to 10 s late, are not believed then. */
  readonly requestId?: string;
}

/** What was read, what that cost, and what could not be read. */
interface Gathering {
  world: { -readonly [Part in keyof World]?: World[Part] };
  rowsRead: number;
  watermarks: Record<string, unknown>;
  faults: { check: string; detail: string }[];
}

function noteFault(into: Gathering, check: string, error: unknown): void {
  reportFault(`The scanner could not read ${check}`, error);
  into.faults.push({ check, detail: error instanceof Error ? error.message.slice(0, 300) : "unknown" });
}

async function gather<Part extends keyof World>(
  into: Gathering,
  part: Part,
  work: () => Promise<ReadPart<World[Part]> | null>,
): Promise<void> {
  try {
    const answer = await work();
    if (answer === null) return;
    into.world[part] = answer.value;
    into.rowsRead += answer.rowsRead;
    Object.assign(into.watermarks, answer.watermark);
  } catch (error) {
    noteFault(into, part, error);
  }
}

interface Occasion {
  readonly kind: ScanKind;
  readonly isAsked: boolean;
  readonly last: RunRow | null;
  readonly now: Date;
}

async function gatherDatabase(into: Gathering, { kind, isAsked, last, now }: Occasion): Promise<void> {
  const seen = last?.watermarks ?? {};
  Object.assign(into.watermarks, seen);
  await gather(into, "lints", () => readLints(kind, seen.catalog, (check, error) => noteFault(into, check, error)));
  const rows = (seen.rows ?? {}) as SeenRows;
  // The daily audit, and whoever asks, does not believe the counters, which come late and which a restart forgets; the weekly one believes nothing.
  const whole = () => Object.fromEntries(Object.entries(rows).map(([table, { from }]) => [table, { from }]));
  const look = () => readUnaudited(kind === "weekly" ? {} : kind === "daily" || isAsked ? whole() : rows);
  await gather(into, "unaudited", async () => {
    const answer = await look();
    if (answer) return answer;
    await runCommand(beginScans, { input: {}, actor: systemActor("scanner", "scan"), now });
    return null;
  });
  await gather(into, "signals", () => readSignals(now));
  await gather(into, "checks", () => readChecks(now));
  if (kind !== "realtime") await gather(into, "ownerless", readOwnerless);
}

async function gatherProduct(into: Gathering, { buildFolder, exporters, access }: ScanSubject): Promise<void> {
  const exports = exporters.map(({ route, format, render }) => ({ route, format, text: render(HOSTILE_CELLS) }));
  Object.assign(into.world, { exports, access });
  await gather(into, "surface", async () => {
    const { surface, exporting, unreadable } = await readBuild(buildFolder);
    if (unreadable.length > 0) into.faults.push({ check: "surface", detail: `cannot be read: ${unreadable.join(", ")}`.slice(0, 300) });
    const known = EXPORT_ROUTES.map((route) => route.path);
    into.world.exportRoutes = { built: exporting, known: known.filter((route) => exporters.some((one) => one.route === route)) };
    return { value: surface, rowsRead: 0, watermark: {} };
  });
}

/** What a scan answers whoever asked for it. */
export interface ContractScan {
  readonly ran: boolean;
  readonly findings: number;
  readonly duration_ms: number;
  readonly new_findings?: number;
  readonly cpu_ms?: number;
  readonly rows_read?: number;
  readonly faults?: number;
}

/** Tables whose walls are down and which the database can put up again. */
function fallenOf({ found }: Verdict): readonly string[] {
  return [...new Set(found.flatMap(({ restores }) => (restores === null ? [] : [restores])))];
}

/** Puts them up again: the next scan says whether they stand. */
async function rollBack(tables: readonly string[], now: Date): Promise<void> {
  for (const table of tables) {
    try {
      await runCommand(restoreWalls, { input: { table }, actor: systemActor("scanner", "scan"), now });
    } catch (error) {
      // They stand: somebody was faster, or what is found there is nothing that the database knows how to undo.
      if (error instanceof Refusal && error.kind === "conflict") continue;
      reportFault(`The walls of ${table} could not be put up again`, error);
    }
  }
}

/** A round that found what was known is noted now and then only: each note costs an audit entry. */
async function isWorthNoting({ judged, found }: Verdict, kind: ScanKind, last: RunRow | null, now: Date): Promise<boolean> {
  if (kind !== "realtime" || last === null || now.getTime() - last.endedAt.getTime() >= LIMITS.scanNotedSeconds * 1_000) return true;
  const open = new Set(await readOpen([...new Set([...judged, ...found.map(({ invariant }) => invariant)])]));
  return (
    open.size !== found.length || found.some(({ invariant, object, evidence }) => !open.has(`${invariant} ${object} ${reachOf(evidence)}`))
  );
}

async function look(kind: ScanKind, askedBy: string, clock: Clock, options: ScanOptions): Promise<ContractScan> {
  const { subject = OWN_SUBJECT, requestId } = options;
  const isAsked = requestId !== undefined;
  const [startedMs, cpu, startedAt] = [performance.now(), process.cpuUsage(), clock.now()];
  const { last } = await readLastRuns();
  const into: Gathering = { world: {}, rowsRead: 0, watermarks: {}, faults: [] };
  await gatherDatabase(into, { kind, isAsked, last, now: startedAt });
  if (kind !== "realtime") await gatherProduct(into, subject);
  const verdict = judgeWorld(kind, { ...into.world, faults: into.faults }, LIMITS.scanFound);
  const used = process.cpuUsage(cpu);
  const cpuMs = (used.user + used.system) / 1_000;
  const answer = { ran: true, findings: verdict.found.length, cpu_ms: cpuMs, rows_read: into.rowsRead, faults: into.faults.length };
  const now = clock.now();
  const done = () => ({ ...answer, duration_ms: Math.round(performance.now() - startedMs) });
  const fallen = fallenOf(verdict);
  // Until they are seen standing each round asks again, so that neither a crash in here nor a lock leaves them down.
  if (fallen.length > 0) into.watermarks.catalog = null;
  if (!isAsked && !(await isWorthNoting(verdict, kind, last, now))) {
    await rollBack(fallen, now);
    return done();
  }
  const { rowsRead, faults, watermarks } = into;
  const found = verdict.found.map((one) => ({ ...one, evidence: one.evidence.slice(0, LIMITS.scanEvidence) }));
  const input = { kind, askedBy, requestId, startedAt, cpuMs, rowsRead, judged: [...verdict.judged], found, faults, watermarks };
  const written = await runCommand(recordScan, { input, actor: systemActor("scanner", "scan"), now });
  await rollBack(fallen, now);
  return { ...done(), new_findings: written.new_found };
}

/**
 * Looks at the invariants of a kind, writes down what does not hold, and closes at once what that closes; one scan at a time, whoever asks.
 *
 * @param askedBy  who wanted it: a process, or a person's name in the audit
 */
export async function scanContracts(kind: ScanKind, askedBy: string, clock: Clock, options: ScanOptions = {}): Promise<ContractScan> {
  const startedMs = performance.now();
  const scanned = await underLease(SCAN, askedBy, () => look(kind, askedBy, clock, options));
  return scanned ?? { ran: false, findings: 0, duration_ms: Math.round(performance.now() - startedMs) };
}

/** Runs the daily or weekly audit that is due, in its window; else nothing. */
export async function auditContracts(askedBy: string, clock: Clock): Promise<ContractScan> {
  const due = dueAudit(await readLastRuns(), AUDIT_WINDOW, clock.now());
  return due === null ? { ran: false, findings: 0, duration_ms: 0 } : scanContracts(due, askedBy, clock);
}

/** Makes the scan that somebody asked for, if any. @returns null where nobody did */
export async function scanWhenAsked(clock: Clock, subject: ScanSubject = OWN_SUBJECT): Promise<ContractScan | null> {
  const asked = await readAsked(clock.now());
  return asked && scanContracts(asked.kind, asked.askedBy, clock, { subject, requestId: asked.id });
}

/** One round of the worker: the audit that is due, else a look at what is watched all the time. */
export async function watchContracts(owner: string, clock: Clock): Promise<ContractScan> {
  const audit = await auditContracts(owner, clock);
  return audit.ran ? audit : scanContracts("realtime", owner, clock);
}
