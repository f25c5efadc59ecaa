import { and, eq, gte, lt, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { moduleServices } from "@/db/schema/modules/modules";
import { moduleMinutes } from "@/db/schema/signals";
import type { TenantScope } from "@/lib/access/types";
import { groupBy } from "@/lib/kernel/group-by";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { isAfterGap, replaySteps } from "./replay-steps";
import { addSteps, sumMinutes } from "./step-sums";
import { MEASURES, type Measure } from "./types";

type IncidentRow = typeof moduleIncidents.$inferSelect;
const STEP_MS = LIMITS.moduleStepSeconds * 1_000;

/** The measure that the detectors spoke of; null where none of them did. */
function measureOf({ rules }: Pick<IncidentRow, "rules">): Measure | null {
  const spoken = rules.filter((rule) => rule.startsWith("streams/"));
  return MEASURES.find((measure) => spoken.some((rule) => rule.endsWith(`:${measure}`))) ?? null;
}

const isLatency = (measure: Measure) => measure.startsWith("latency");

/** What one tenant, or all together, did in each step of a span; summed by the database, answer times only where they are asked for. */
async function readSteps(tx: ReaderTx, { tenantId, moduleKey }: IncidentRow, measure: Measure, from: Date, to: Date) {
  const table = moduleMinutes;
  const ofTenant = tenantId === PLATFORM_TENANT ? undefined : eq(table.tenantId, tenantId);
  const sum = (column: AnyPgColumn) => sql<number>`sum(${column})::float8`;
  const rows = await tx
    .select({
      minuteAt: table.minuteAt,
      surface: table.surface,
      requests: sum(table.requests),
      errors: sum(table.errors),
      meteredUnits: sum(table.meteredUnits),
      billedUnits: sum(table.billedUnits),
      latencies: isLatency(measure) ? sql<Record<string, number>[]>`json_agg(${table.latency})` : sql<Record<string, number>[]>`'[]'::json`,
    })
    .from(table)
    .innerJoin(moduleServices, eq(moduleServices.id, table.moduleId))
    .where(and(eq(moduleServices.moduleKey, moduleKey), ofTenant, gte(table.minuteAt, from), lt(table.minuteAt, to)))
    .groupBy(table.minuteAt, table.surface)
    .orderBy(table.minuteAt);
  const steps = groupBy(rows, ({ minuteAt }) => Math.floor(minuteAt.getTime() / STEP_MS) * STEP_MS);
  return [...steps].map(([atMs, minutes]) => {
    const parts = minutes.map(({ latencies, ...minute }) => {
      const none = { requests: 0, errors: 0, metered: 0, billed: 0 };
      const latency = addSteps(latencies.map((own) => ({ ...none, latency: own }))).latency;
      return { ...minute, latency };
    });
    return { at: new Date(atMs), sums: sumMinutes(parts) };
  });
}

/**
 * What a module's incident shows, as the detectors see it: the measure they spoke of, six hours before the incident opened until half an hour
 * after it ended (a day at most), each step with where it was expected. Rebuilt from the stored minutes, beginning a day before.
 *
 * @returns null outside the scope, and for an incident in which no detector had a word
 */
export async function readIncidentSeries(scope: TenantScope, incidentId: string, now: Date) {
  return read(scope, async (tx) => {
    const [incident] = await tx.select().from(moduleIncidents).where(eq(moduleIncidents.id, incidentId));
    const measure = incident ? measureOf(incident) : null;
    if (!incident || !measure) return null;
    const fromMs = incident.openedAt.getTime() - LIMITS.moduleSeriesSeconds * 1_000;
    const endMs = (incident.resolvedAt ?? now).getTime() + 30 * 60_000;
    const [from, to] = [new Date(fromMs), new Date(Math.min(now.getTime(), endMs, fromMs + 86_400_000))];
    const learnedFrom = new Date(Math.floor((fromMs - LIMITS.moduleSeriesWarmUpSeconds * 1_000) / STEP_MS) * STEP_MS);
    const points = replaySteps(await readSteps(tx, incident, measure, learnedFrom, to), measure);
    return {
      measure,
      from: from.toISOString(),
      to: to.toISOString(),
      opened_at: incident.openedAt.toISOString(),
      resolved_at: incident.resolvedAt?.toISOString() ?? null,
      points: points.flatMap(({ at, value, expected, isRaised }, index) =>
        Date.parse(at) < fromMs
          ? []
          : [
              {
                at,
                value,
                low: expected?.low ?? null,
                high: expected?.high ?? null,
                raised: isRaised,
                after_gap: isAfterGap(points, index),
              },
            ],
      ),
    };
  });
}
export type IncidentSeries = NonNullable<Awaited<ReturnType<typeof readIncidentSeries>>>;
