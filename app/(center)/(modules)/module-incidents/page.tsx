import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { ModuleIncidentsBoard } from "@/components/modules/incidents/incidents-board";
import { ModuleIncidentFilters } from "@/components/modules/incidents/incidents-filters";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { StateView } from "@/components/ui/state-view";
import { listModuleIncidents, listTroubled } from "@/lib/modules/incidents/queries-incidents";
import { systemClock } from "@/lib/platform/clock";
import { parametersOf, readFilters, type SearchParams } from "./filters";

export async function generateMetadata() {
  return { title: (await getTranslations("moduleIncidents"))("title") };
}

/** Incidents of the platform's own modules, the newest first; the address holds filters and page. */
export default async function ModuleIncidentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("moduleIncidents");
  const { shown, query } = readFilters(await searchParams);
  const { cursor, ...first } = shown;
  const choices = await listTroubled(actor.tenants);
  const incidents = query ? await listModuleIncidents(actor.tenants, query, actor) : null;
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ModuleIncidentFilters key={parametersOf(shown)} filters={first} choices={choices} seesAll={actor.tenants.kind === "all"} />
      {incidents ? (
        <ModuleIncidentsBoard
          renderedAt={systemClock.now().toISOString()}
          incidents={incidents}
          query={parametersOf(shown)}
          page={{ isFiltered: Object.keys(first).length > 0, firstQuery: parametersOf(first), isFirst: cursor === undefined }}
        />
      ) : (
        <BadFilter />
      )}
    </div>
  );
}

async function BadFilter() {
  const states = await getTranslations("states");
  const t = await getTranslations("incidents");
  const clear = (
    <Link href="/module-incidents" className={buttonClass()}>
      {t("clear")}
    </Link>
  );
  return (
    <Card>
      <StateView kind="filtered" title={states("badFilterTitle")} text={states("badFilterText")} action={clear} />
    </Card>
  );
}
