import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { ModuleIncidentBoard } from "@/components/modules/incidents/incident-board";
import { may } from "@/lib/access/roles";
import { listPostmortems } from "@/lib/incidents/postmortems/queries-postmortems";
import { listActions } from "@/lib/modules/healing/queries-actions";
import { readModuleIncident } from "@/lib/modules/incidents/queries-incidents";
import { readIncidentSeries } from "@/lib/modules/streams/queries-incident-series";
import { systemClock } from "@/lib/platform/clock";
import { runbooksFor } from "@/lib/runbooks/catalogue";
import { listRuns, runbookItem } from "@/lib/runbooks/queries-runbooks";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata() {
  return { title: (await getTranslations("moduleIncidents"))("one") };
}

/** One incident of a module: the notification's link leads here. */
export default async function ModuleIncidentPage({ params }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const { id } = await params;
  const incident = z.uuid().safeParse(id).success ? await readModuleIncident(actor.tenants, id.toLowerCase()) : null;
  if (!incident) notFound();
  const t = await getTranslations("moduleIncidents");
  const books = runbooksFor({ type: incident.type, moduleKey: incident.module_key });
  const now = systemClock.now();
  const [healing, runs, written, series] = await Promise.all([
    listActions(actor.tenants, { incident_id: incident.id }),
    listRuns(actor.tenants, { incident_id: incident.id }),
    listPostmortems(actor.tenants, { limit: 1, incident_id: incident.id }),
    readIncidentSeries(actor.tenants, incident.id, now),
  ]);
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">
        {t(`type.${incident.type}`)}: {incident.module_key}
      </h1>
      <ModuleIncidentBoard
        renderedAt={now.toISOString()}
        incident={incident}
        healing={healing}
        runbooks={{ runbooks: books.map(runbookItem), runsUrl: `/api/ops/runbooks/runs?incident_id=${incident.id}`, runs }}
        postmortemId={written.items[0]?.id ?? null}
        self={{ id: actor.id, email: actor.email ?? "" }}
        series={series}
        mayAct={may(actor, "incident:write")}
      />
    </div>
  );
}
