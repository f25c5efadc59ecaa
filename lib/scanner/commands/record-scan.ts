import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { scanBlocks, scanRequests, scanRuns, scanViolations } from "@/db/schema/modules/scanner";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext, DomainEvent } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { SEVERITIES } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import { namesNeverClosed } from "@/lib/platform/web/blocks/never-closed";
import { BLOCK_KINDS, reachOf, SCAN_KINDS } from "../types";

const text = z.string().max(500);
const judged = z.strictObject({
  invariant: text,
  object: text,
  level: z.enum(["error", "warn"]),
  severity: z.enum(SEVERITIES),
  moduleKey: text,
  detail: text,
  evidence: z.array(z.strictObject({ label: text, value: text, trace_id: z.string().optional() })).max(LIMITS.scanEvidence),
  block: z.strictObject({ kind: z.enum(BLOCK_KINDS), target: text }).nullable(),
  restores: text.nullable(),
});
type Judged = z.output<typeof judged>;

const input = z.strictObject({
  kind: z.enum(SCAN_KINDS),
  askedBy: text,
  /** The request that it answers. */
  requestId: z.uuid().optional(),
  startedAt: z.date(),
  cpuMs: z.number().min(0),
  rowsRead: z.number().int().min(0),
  judged: z.array(text).max(200),
  found: z.array(judged).max(LIMITS.scanFound),
  faults: z.array(z.strictObject({ check: text, detail: text })).max(50),
  watermarks: z.record(z.string(), z.unknown()),
});
type Scan = z.output<typeof input>;
type ViolationRow = typeof scanViolations.$inferSelect;

const keyOf = ({ invariant, object }: { readonly invariant: string; readonly object: string }) => `${invariant} ${object}`;

/** Closes what a violation closes, unless that is closed already or is never closed. @returns whether it was open */
async function close(tx: WriterTx, one: Judged, violationId: string, { actor, now, newId }: CommandContext): Promise<boolean> {
  if (!one.block || namesNeverClosed(one.block.target)) return false;
  const rows = await tx
    .insert(scanBlocks)
    .values({ tenantId: PLATFORM_TENANT, id: newId(), ...one.block, violationId, reason: one.detail, setBy: actor.id, setAt: now })
    .onConflictDoNothing()
    .returning({ id: scanBlocks.id });
  return rows.length > 0;
}

async function note(tx: WriterTx, one: Judged, before: ViolationRow | undefined, runId: string, context: CommandContext): Promise<string> {
  const { now } = context;
  const { level, severity, moduleKey, detail, evidence } = one;
  const said = { level, severity, moduleKey, detail, evidence, status: "open" as const, lastSeen: now, clearedAt: null, runId };
  if (!before) {
    const id = context.newId();
    const { invariant, object } = one;
    await tx.insert(scanViolations).values({ tenantId: PLATFORM_TENANT, id, invariant, object, ...said, firstSeen: now, times: 1 });
    return id;
  }
  const isAgain = before.status === "cleared";
  const set = { ...said, times: before.times + 1, ...(isAgain ? { firstSeen: now } : {}) };
  await tx
    .update(scanViolations)
    .set(set)
    .where(and(eq(scanViolations.tenantId, PLATFORM_TENANT), eq(scanViolations.id, before.id)));
  return before.id;
}

/** What was open, was looked at, and was not found again. */
async function clearGone(tx: WriterTx, open: readonly ViolationRow[], scan: Scan, now: Date): Promise<ViolationRow[]> {
  const found = new Set(scan.found.map(keyOf));
  const gone = open.filter((row) => scan.judged.includes(row.invariant) && !found.has(keyOf(row)));
  if (gone.length > 0 && scan.found.length < LIMITS.scanFound) {
    const ids = gone.map(({ id }) => id);
    const isGone = and(eq(scanViolations.tenantId, PLATFORM_TENANT), inArray(scanViolations.id, ids));
    await tx.update(scanViolations).set({ status: "cleared", clearedAt: now }).where(isGone);
    return gone;
  }
  return [];
}

async function violationsOf(tx: WriterTx, scan: Scan): Promise<Map<string, ViolationRow>> {
  const invariants = [...new Set([...scan.judged, ...scan.found.map(({ invariant }) => invariant)])];
  if (invariants.length === 0) return new Map();
  const isOf = and(eq(scanViolations.tenantId, PLATFORM_TENANT), inArray(scanViolations.invariant, invariants));
  const rows = await tx.select().from(scanViolations).where(isOf).for("update");
  return new Map(rows.map((row) => [keyOf(row), row]));
}

const UNAUDITED = "gateway.unaudited_rows";

/** Tables where rows were written past the gateway stay looked at from where that was: an upgrade moves the floor of all others. */
async function keepFloors(tx: WriterTx, { judged: whole, found }: Scan): Promise<void> {
  if (!whole.includes(UNAUDITED) && !found.some(({ invariant }) => invariant === UNAUDITED)) return;
  const isOpen = and(
    eq(scanViolations.tenantId, PLATFORM_TENANT),
    eq(scanViolations.invariant, UNAUDITED),
    eq(scanViolations.status, "open"),
  );
  const rows = await tx.select({ object: scanViolations.object }).from(scanViolations).where(isOpen);
  await tx.execute(
    sql`select contract_keep(array(select jsonb_array_elements_text(${JSON.stringify(rows.map(({ object }) => object))}::jsonb)))`,
  );
}

/**
 * Writes down what a scan found and closes, in the same transaction, what each new violation closes. A violation that was let pass by two
 * people stays let pass until it has gone and come again; one that is gone opens nothing by itself.
 */
export const recordScan = defineCommand({
  name: "scanner.record",
  permission: "system",
  input,

  async apply(tx, scan, context) {
    const { now } = context;
    const runId = context.newId();
    const before = await violationsOf(tx, scan);
    const events: DomainEvent[] = [];
    const fresh: Judged[] = [];
    for (const one of scan.found) {
      const known = before.get(keyOf(one));
      const id = await note(tx, one, known, runId, context);
      // What was let pass is open and closes nothing more; what goes further than that was never let pass.
      if (known?.status === "open" && reachOf(one.evidence) <= reachOf(known.evidence)) continue;
      fresh.push(one);
      const isClosed = await close(tx, one, id, context);
      const { invariant, object, detail } = one;
      events.push({
        name: "contract.broken",
        payload: { invariant, object, detail, closed: isClosed ? (one.block?.target ?? null) : null },
      });
    }
    const open = [...before.values()].filter(({ status }) => status === "open");
    const cleared = await clearGone(tx, open, scan, now);
    for (const { invariant, object } of cleared) events.push({ name: "contract.kept", payload: { invariant, object } });
    await keepFloors(tx, scan);
    if (scan.requestId !== undefined) {
      const isOf = and(eq(scanRequests.tenantId, PLATFORM_TENANT), eq(scanRequests.id, scan.requestId));
      await tx.update(scanRequests).set({ runId }).where(isOf);
    }
    const { kind, askedBy, startedAt, cpuMs, rowsRead, faults, watermarks } = scan;
    const counts = { checks: scan.judged.length, found: scan.found.length, newFound: fresh.length };
    const cost = { cpuMs, rowsRead, ...counts, faults, watermarks };
    await tx.insert(scanRuns).values({ tenantId: PLATFORM_TENANT, id: runId, kind, askedBy, startedAt, endedAt: now, ...cost });
    return {
      subject: `scan:${runId}`,
      tenantId: PLATFORM_TENANT,
      before: { open: open.length },
      after: { kind, ...counts, cleared: cleared.length, broken: fresh.map(keyOf).slice(0, 50) },
      events,
      result: { run_id: runId, found: scan.found.length, new_found: fresh.length, cleared: cleared.length },
    };
  },
});
