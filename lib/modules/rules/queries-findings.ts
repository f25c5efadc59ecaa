import { and, asc, eq, gte, inArray } from "drizzle-orm";
import { moduleServiceState, moduleServices } from "@/db/schema/modules/modules";
import { moduleErrorMinutes, moduleMinutes } from "@/db/schema/signals";
import { groupBy } from "@/lib/kernel/group-by";
import { healthSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { evaluateModule, verdictOf, verdictSince } from "./evaluate-module";
import type { Check, ModuleView, ServiceBeat, Verdict } from "./types";
import { sinceMinutes } from "./windows";

/** Since when this process listens: before that, nobody may have been there to hear a module. */
const listeningSince = new Date();

type StateRow = typeof moduleServiceState.$inferSelect;

function checksOf({ health, failing }: StateRow): Check[] {
  const said = healthSchema.safeParse(health);
  return Object.entries(said.success ? said.data.checks : {}).map(([id, check]) => {
    const since = failing[id];
    return {
      id,
      ok: check.ok,
      isUnknown: check.unknown === true,
      detail: check.detail ?? "",
      count: check.count ?? null,
      failingSince: since ? new Date(since.since) : null,
      // The first beat of all is in no count yet.
      failingBeats: check.ok ? 0 : (since?.beats ?? 1),
    };
  });
}

function beatOf(state: StateRow | null): ServiceBeat | null {
  if (!state) return null;
  const { lastSeen, bootedAt, runningVersion, queue } = state;
  return { lastSeen, bootedAt, runningVersion, queue, checks: checksOf(state) };
}

const minuteColumns = {
  tenantId: moduleMinutes.tenantId,
  moduleId: moduleMinutes.moduleId,
  minuteAt: moduleMinutes.minuteAt,
  surface: moduleMinutes.surface,
  requests: moduleMinutes.requests,
  errors: moduleMinutes.errors,
  timeouts: moduleMinutes.timeouts,
  retries: moduleMinutes.retries,
  dbErrors: moduleMinutes.dbErrors,
  deadLetters: moduleMinutes.deadLetters,
  meteredUnits: moduleMinutes.meteredUnits,
  billedUnits: moduleMinutes.billedUnits,
  latencyMsSum: moduleMinutes.latencyMsSum,
  queueDepthMax: moduleMinutes.queueDepthMax,
  queueCapacity: moduleMinutes.queueCapacity,
  quotaUsed: moduleMinutes.quotaUsed,
  quotaLimit: moduleMinutes.quotaLimit,
  latency: moduleMinutes.latency,
  worstTraceId: moduleMinutes.worstTraceId,
};

/**
 * What rules look at, of every service that is in use.
 * @param keys  of these modules alone
 */
async function readModuleViews(tx: ReaderTx, now: Date, keys: readonly string[] | null = null): Promise<ModuleView[]> {
  const isWanted = keys === null ? undefined : inArray(moduleServices.moduleKey, [...keys]);
  const services = await tx
    .select({ service: moduleServices, state: moduleServiceState })
    .from(moduleServices)
    .leftJoin(moduleServiceState, eq(moduleServiceState.moduleId, moduleServices.id))
    .where(and(eq(moduleServices.status, "active"), isWanted))
    .orderBy(asc(moduleServices.moduleKey));
  const since = sinceMinutes(now, LIMITS.moduleWindowMinutes);
  const ids = services.map(({ service }) => service.id);
  const minutes = await tx
    .select(minuteColumns)
    .from(moduleMinutes)
    .where(and(inArray(moduleMinutes.moduleId, ids), gte(moduleMinutes.minuteAt, since)));
  const errors = await tx
    .select()
    .from(moduleErrorMinutes)
    .where(and(inArray(moduleErrorMinutes.moduleId, ids), gte(moduleErrorMinutes.minuteAt, since)));
  const [minutesOf, errorsOf] = [groupBy(minutes, ({ moduleId }) => moduleId), groupBy(errors, ({ moduleId }) => moduleId)];
  return services.map(({ service, state }) => ({
    now,
    listeningSince,
    moduleKey: service.moduleKey,
    criticality: service.criticality,
    beat: beatOf(state),
    minutes: minutesOf.get(service.id) ?? [],
    errors: errorsOf.get(service.id) ?? [],
  }));
}

/** What the static rules, and the modules themselves, find wrong at a moment; and what of it cannot be known. */
export async function findRuleFindings(tx: ReaderTx, at: Date) {
  const views = new Map((await readModuleViews(tx, at)).map((view) => [view.moduleKey, view]));
  return {
    findings: [...views.values()].flatMap(evaluateModule),
    isUnknown({ tenantId, moduleKey, ruleId }: { readonly tenantId: string; readonly moduleKey: string; readonly ruleId: string }) {
      const view = views.get(moduleKey);
      return !view || verdictOf(view, ruleId, tenantId) !== "good";
    },
  };
}

/** What is asked after a change: the rule that names an incident, of whom. */
interface Asked {
  readonly tenantId: string;
  readonly moduleKey: string;
  readonly ruleId: string;
}

/**
 * Whether a change has mended what a rule found, by signals that began after it alone; unknown where none of them says anything yet.
 */
export async function judgeSince(tx: ReaderTx, { tenantId, moduleKey, ruleId }: Asked, since: Date, now: Date): Promise<Verdict["is"]> {
  const [view] = await readModuleViews(tx, now, [moduleKey]);
  return view ? verdictSince(view, ruleId, tenantId, since) : "unknown";
}
