import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { presenceLimits } from "@/app/(center)/presence-limits";
import { signedInWith } from "@/app/(center)/signed-in";
import { FleetBoard } from "@/components/fleet/fleet-board";
import { FleetFilters } from "@/components/fleet/fleet-filters";
import type { ColumnOrder } from "@/components/fleet/fleet-table";
import { RegisterPlugin } from "@/components/fleet/plugin/register-plugin";
import { SandboxCard } from "@/components/fleet/sandbox/sandbox-card";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { StateView } from "@/components/ui/state-view";
import type { FleetQuery } from "@/lib/access/plugins/fleet-query";
import { listFleet } from "@/lib/access/plugins/queries-fleet";
import { may } from "@/lib/access/roles";
import type { TenantScope } from "@/lib/access/types";
import { systemClock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { addressOf, readFilters, type SearchParams, type Shown } from "./filters";

/** Columns that order the fleet, and the order that a first press gives. */
const ORDERED = { merchant: "merchant", version: "version", lastSeen: "quiet", incident: "worst" } as const;

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("fleet") };
}

/** Every plugin with its newest word; the address holds filters, order and page. */
export default async function FleetPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("fleet");
  const { shown, query } = readFilters(await searchParams);
  const { q = "", presence = "", incident = "", version = "", status = "", sort = "" } = shown;
  const { cursor: _cursor, sort: _sort, ...narrowing } = shown;
  const mayTryOut = may(actor, "plugin:write") && actor.tenants.kind === "all" && !actor.supporting;
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold">{t("title")}</h1>
        {may(actor, "plugin:write") ? <RegisterPlugin /> : null}
      </div>
      <FleetFilters
        key={addressOf("/fleet", shown)}
        filters={{ q, presence, incident, version, status, sort }}
        isFiltered={Object.keys(narrowing).length > 0}
      />
      {query ? <Listed scope={actor.tenants} shown={shown} query={query} isFiltered={Object.keys(narrowing).length > 0} /> : <BadFilter />}
      {mayTryOut ? <SandboxCard centerUrl={environment().publicUrl} /> : null}
    </div>
  );
}

function ordersOf(shown: Shown, sort: FleetQuery["sort"]): Record<string, ColumnOrder> {
  const { cursor: _cursor, ...rest } = shown;
  const entries = Object.entries(ORDERED).map(([column, order]) => {
    const direction = sort === order ? "ascending" : sort === `-${order}` ? "descending" : "none";
    const next = direction === "ascending" && order !== "worst" ? `-${order}` : order;
    return [column, { direction, href: addressOf("/fleet", { ...rest, sort: next }) } as const];
  });
  return Object.fromEntries(entries);
}

interface ListedProps {
  readonly scope: TenantScope;
  readonly shown: Shown;
  readonly query: FleetQuery;
  readonly isFiltered: boolean;
}

async function Listed({ scope, shown, query, isFiltered }: ListedProps) {
  const now = systemClock.now();
  const fleet = await listFleet(scope, query, now);
  const { cursor, ...withoutCursor } = shown;
  const pageHref = addressOf("/fleet", withoutCursor);
  return (
    <FleetBoard
      renderedAt={now.toISOString()}
      url={addressOf("/api/ops/fleet", shown)}
      initial={fleet}
      limits={presenceLimits()}
      orders={ordersOf(shown, query.sort)}
      isFiltered={isFiltered}
      pageHref={pageHref}
      firstHref={cursor ? pageHref : null}
    />
  );
}

async function BadFilter() {
  const [t, states] = await Promise.all([getTranslations("fleet"), getTranslations("states")]);
  const clear = (
    <Link href="/fleet" className={buttonClass()}>
      {t("clear")}
    </Link>
  );
  return (
    <Card>
      <StateView kind="filtered" title={states("badFilterTitle")} text={states("badFilterText")} action={clear} />
    </Card>
  );
}
