import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { FleetIncidents } from "@/components/incidents/fleet-incidents";
import { IncidentFilters } from "@/components/incidents/incident-filters";
import { IncidentsBoard } from "@/components/incidents/incidents-board";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { StateView } from "@/components/ui/state-view";
import { may } from "@/lib/access/roles";
import type { TenantScope } from "@/lib/access/types";
import { fleetIncidentsQuery, listFleetIncidents } from "@/lib/incidents/fleet/queries-list";
import { listIncidentRows } from "@/lib/incidents/queries-rows";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { addressOf, readFilters, type SearchParams } from "./filters";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("incidents") };
}

/** All incidents, newest first; the address holds filters and page. */
export default async function IncidentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("incidents");
  const filters = readFilters(await searchParams);
  const { shown, query } = filters;
  const mayAct = actor.tenants.kind === "all" && may(actor, "incident:write");
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <IncidentFilters
        key={addressOf("/incidents", shown)}
        filters={{ status: shown.status ?? "", severity: shown.severity ?? "", q: shown.q ?? "" }}
      />
      {query ? <Listed scope={actor.tenants} filters={{ shown, query }} mayAct={mayAct} /> : <BadFilter />}
    </div>
  );
}

type Understood = { shown: ReturnType<typeof readFilters>["shown"]; query: NonNullable<ReturnType<typeof readFilters>["query"]> };

async function Listed({ scope, filters, mayAct }: { scope: TenantScope; filters: Understood; mayAct: boolean }) {
  const { shown } = filters;
  // Whoever sees what many have at once sees each of them there; whoever acts for some merchants sees their own here.
  const isFolded = scope.kind === "all" && shown.fleet_id === undefined;
  const query = isFolded ? { ...filters.query, folded: "true" as const } : filters.query;
  const renderedAt = systemClock.now().toISOString();
  const asked = { limit: String(LIMITS.fleetsShown), ...(shown.fleet_id ? { id: shown.fleet_id } : { status: "open" }) };
  const [incidents, fleets] = await Promise.all([
    listIncidentRows(scope, query),
    listFleetIncidents(scope, fleetIncidentsQuery.parse(asked)),
  ]);
  const { cursor, ...withoutCursor } = shown;
  const pageHref = addressOf("/incidents", withoutCursor);
  return (
    <>
      <FleetIncidents
        renderedAt={renderedAt}
        url={`/api/ops/fleet/incidents?${new URLSearchParams(asked)}`}
        initial={fleets}
        mayAct={mayAct}
      />
      <IncidentsBoard
        renderedAt={renderedAt}
        url={addressOf("/api/ops/plugin-incidents", { ...shown, view: "row", folded: isFolded ? "true" : undefined })}
        initial={incidents}
        isFiltered={Object.keys(withoutCursor).length > 0}
        pageHref={pageHref}
        firstHref={cursor ? pageHref : null}
      />
    </>
  );
}

async function BadFilter() {
  const t = await getTranslations("states");
  const incidents = await getTranslations("incidents");
  const clear = (
    <Link href="/incidents" className={buttonClass()}>
      {incidents("clear")}
    </Link>
  );
  return (
    <Card>
      <StateView kind="filtered" title={t("badFilterTitle")} text={t("badFilterText")} action={clear} />
    </Card>
  );
}
