import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { moduleRollups } from "@/db/schema/modules/rollups";
import { tenants } from "@/db/schema/tenants";
import { scopeFor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Surface } from "@/lib/modules/signals/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { burnDown, withTail } from "./burn-down";
import { type JudgedObjective, judgeObjective } from "./judge-objective";
import { objectivesOf, readObjectiveId } from "./promises/definitions";
import { readSpent } from "./queries-spent";
import { readMeasured, readSums, spansOf } from "./queries-sums";
import { sloItem, worstObjectiveFirst } from "./slo-item";
import { SLO_RANGES, type SloQuery, type SlosQuery } from "./slo-query";
import { addWindows, eventsOf, NO_WINDOWS, SUM_NAMES } from "./sums";
import type { MeasuredService, Objective, ScopeSums, Sums } from "./types";

/** Surfaces on which a module was heard within a budget's window; of one that never was, its tenants' own is asked about. */
function surfacesOf(sums: readonly ScopeSums[], { moduleId }: MeasuredService): readonly Surface[] {
  const heard = [...new Set(sums.filter((each) => each.moduleId === moduleId).map(({ surface }) => surface))];
  return heard.length > 0 ? heard : ["tenant"];
}

/** Every objective of the modules, the worst first, as the caller's tenants see them together, or one of them alone. */
export async function listSlos(scope: TenantScope, { module, tenant_id: tenantId, state }: SlosQuery, now: Date) {
  const every = await read(scopeFor("scan"), readMeasured);
  const services = module === undefined ? every : every.filter(({ moduleKey }) => moduleKey === module);
  const wanted = { at: now, services, isByTenant: false, ...(tenantId ? { tenantId } : {}) };
  const sums = await read(scope, (tx) => readSums(tx, wanted));
  const items = services.flatMap((service) =>
    surfacesOf(sums, service).flatMap((surface) => {
      const own = sums.find((each) => each.moduleId === service.moduleId && each.surface === surface);
      const judged = objectivesOf(service, surface).map((objective) => judgeObjective(objective, own?.windows ?? NO_WINDOWS, now));
      return judged.map((each) => sloItem(service, each));
    }),
  );
  const shown = state === undefined ? items : items.filter((item) => item.state === state);
  return { items: shown.toSorted(worstObjectiveFirst), at: now.toISOString() };
}

interface Asked {
  readonly objective: Objective;
  readonly service: MeasuredService;
  readonly tenantId: string | undefined;
}

/** What a module did in each step of the roll-ups since some instant, rising in time. */
async function readSteps(reader: ReaderTx, { objective, service, tenantId }: Asked, step: number, from: Date) {
  const { bucketAt, tenantId: whose, moduleId, surface, stepSeconds } = moduleRollups;
  const sums = Object.fromEntries(SUM_NAMES.map((name) => [name, sql<number>`sum(${moduleRollups[name]})`.mapWith(Number)])) as Record<
    keyof Sums,
    ReturnType<typeof sql<number>>
  >;
  const rows = await reader
    .select({ at: bucketAt, ...sums })
    .from(moduleRollups)
    .where(
      and(
        ...[eq(moduleId, service.moduleId), eq(stepSeconds, step), eq(surface, objective.surface)],
        ...[sql`${bucketAt} >= ${from.toISOString()}::timestamptz`, tenantId ? eq(whose, tenantId) : undefined],
      ),
    )
    .groupBy(bucketAt)
    .orderBy(bucketAt);
  return rows.map(({ at, ...row }) => ({ at, events: eventsOf(objective.metric, row as Sums) }));
}

async function readTenantNames(reader: ReaderTx, scope: TenantScope) {
  return reader
    .select({ id: tenants.id, name: tenants.name })
    .from(tenants)
    .where(and(ne(tenants.id, PLATFORM_TENANT), scope.kind === "all" ? undefined : inArray(tenants.id, [...scope.ids])));
}

/** How each tenant fares, the worst first; what no tenant was named for is the platform's. */
function tenantItems(asked: Asked, parts: readonly ScopeSums[], names: ReadonlyMap<string, string>, now: Date) {
  return parts
    .map(({ tenantId, windows }) => {
      const { state, budget_left, burn, events, bad } = sloItem(asked.service, judgeObjective(asked.objective, windows, now));
      return {
        tenant_id: tenantId === PLATFORM_TENANT ? null : tenantId,
        tenant_name: names.get(tenantId) ?? null,
        state,
        budget_left,
        burn,
        events,
        bad,
      };
    })
    .filter(({ events }) => events > 0)
    .toSorted((one, other) => (one.budget_left ?? 1) - (other.budget_left ?? 1) || other.bad - one.bad)
    .slice(0, LIMITS.sloTenantsShown);
}

function pairItems({ pairs }: JudgedObjective) {
  return pairs.map(({ factor, short, long, isPage, shortBurn, longBurn, isFiring }) => ({
    ...{ factor, short, long, is_page: isPage, short_burn: shortBurn, long_burn: longBurn, is_firing: isFiring },
  }));
}

/** One objective with its burn by pairs of windows, its budget over time, each tenant's share, and what spent it. Null where there is none. */
export async function showSlo(scope: TenantScope, id: string, { tenant_id: tenantId, range }: SloQuery, now: Date) {
  const named = readObjectiveId(id);
  const service = (await read(scopeFor("scan"), readMeasured)).find(({ moduleKey }) => moduleKey === named?.moduleKey);
  const objective = named && service && objectivesOf(service, named.surface).find(({ metric }) => metric === named.metric);
  if (!named || !service || !objective) return null;
  const asked: Asked = { objective, service, tenantId };
  const since = spansOf(now).find(({ name }) => name === "30d")?.from ?? now;
  const { seconds, step } = SLO_RANGES[range];
  const from = new Date((Math.floor(now.getTime() / (step * 1_000)) - seconds / step + 1) * step * 1_000);
  const found = await read(scope, async (tx) => ({
    parts: (await readSums(tx, { at: now, services: [service], isByTenant: true, ...(tenantId ? { tenantId } : {}) })).filter(
      ({ surface }) => surface === objective.surface,
    ),
    steps: await readSteps(tx, asked, step, from),
    days: await readSteps(tx, asked, SLO_RANGES["30d"].step, since),
    spent: await readSpent(tx, { ...asked, since, now }),
    names: new Map((await readTenantNames(tx, scope)).map((tenant) => [tenant.id, tenant.name])),
  }));
  const judged = judgeObjective(objective, addWindows(found.parts.map(({ windows }) => windows)), now);
  const steps = withTail(found.steps, found.days, { budget: judged.budget, stepSeconds: step, until: now });
  const drawn = burnDown(steps, { budget: judged.budget, target: objective.target, stepSeconds: step, until: now });
  // Of a budget of which too little is known, nothing is said at any time either.
  const points = drawn.map(({ budget_left: left, ...point }) => ({ ...point, budget_left: judged.budget.left === null ? null : left }));
  return {
    ...sloItem(service, judged),
    tenant_id: tenantId ?? null,
    at: now.toISOString(),
    pairs: pairItems(judged),
    series: { range, from: from.toISOString(), to: now.toISOString(), step_seconds: step, points },
    tenants: tenantItems(asked, found.parts, found.names, now),
    spent: {
      ...found.spent,
      minutes: found.spent.minutes.map(({ tenant_id: whose, ...minute }) => ({
        ...{ ...minute, tenant_id: whose === PLATFORM_TENANT ? null : whose, tenant_name: found.names.get(whose) ?? null },
      })),
    },
  };
}
