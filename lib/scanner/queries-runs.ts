import { and, desc, eq, gt, inArray, isNull } from "drizzle-orm";
import { scanRequests, scanRuns, scanViolations } from "@/db/schema/modules/scanner";
import { scopeFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { reachOf, type ScanKind } from "./types";

export type RunRow = typeof scanRuns.$inferSelect;

/** The last run of any kind, and when the last audit of each kind began. */
export function readLastRuns(): Promise<{ readonly last: RunRow | null; readonly daily: Date | null; readonly weekly: Date | null }> {
  return read(scopeFor("scan"), async (tx) => {
    const newest = (kinds: readonly ScanKind[]) =>
      tx
        .select()
        .from(scanRuns)
        .where(inArray(scanRuns.kind, [...kinds]))
        .orderBy(desc(scanRuns.startedAt))
        .limit(1);
    const [last] = await newest(["realtime", "daily", "weekly"]);
    const [daily] = await newest(["daily"]);
    const [weekly] = await newest(["weekly"]);
    return { last: last ?? null, daily: daily?.startedAt ?? null, weekly: weekly?.startedAt ?? null };
  });
}

/** What is open of these invariants, as `<invariant> <object> <how far it goes>`. */
export function readOpen(invariants: readonly string[]): Promise<string[]> {
  return read(scopeFor("scan"), async (tx) => {
    const isOf = and(eq(scanViolations.status, "open"), inArray(scanViolations.invariant, [...invariants]));
    const rows = await tx.select().from(scanViolations).where(isOf);
    return rows.map(({ invariant, object, evidence }) => `${invariant} ${object} ${reachOf(evidence)}`);
  });
}

/** The scan that somebody waits for; null where nobody does. */
export function readAsked(now: Date): Promise<typeof scanRequests.$inferSelect | null> {
  const since = new Date(now.getTime() - LIMITS.scanAskedLapsesSeconds * 1_000);
  return read(scopeFor("scan"), async (tx) => {
    const isWaiting = and(isNull(scanRequests.runId), gt(scanRequests.askedAt, since));
    const [asked] = await tx.select().from(scanRequests).where(isWaiting).limit(1);
    return asked ?? null;
  });
}
