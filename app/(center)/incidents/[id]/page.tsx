import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { cache } from "react";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { IncidentBoard } from "@/components/incidents/detail/incident-board";
import { readPlugin } from "@/lib/access/queries";
import { may } from "@/lib/access/roles";
import type { TenantScope } from "@/lib/access/types";
import { listPostmortems } from "@/lib/incidents/postmortems/queries-postmortems";
import { readIncident } from "@/lib/incidents/queries";
import { systemClock } from "@/lib/platform/clock";
import { listAttempts } from "@/lib/rollout/queries";
import { runbooksFor } from "@/lib/runbooks/catalogue";
import { listRuns, runbookItem } from "@/lib/runbooks/queries-runbooks";
import { showBucket } from "@/lib/sira/learning/queries-overview";
import { acknowledge, comment } from "./actions";

const ATTEMPTS_SHOWN = 50;

type Props = { params: Promise<{ id: string }> };

/** An id that is none answers as one that nobody has. */
const incidentIn = cache(async (scope: TenantScope, id: string) =>
  z.uuid().safeParse(id).success ? readIncident(scope, id.toLowerCase()) : null,
);

export async function generateMetadata({ params }: Props) {
  const actor = await signedInWith("incident:read");
  const incident = actor ? await incidentIn(actor.tenants, (await params).id) : null;
  const types = await getTranslations("type");
  return { title: incident ? types(incident.type) : (await getTranslations("nav"))("incidents") };
}

/** One incident: the verdict first, then everything it rests on. */
export default async function IncidentPage({ params }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("incident");
  const renderedAt = systemClock.now().toISOString();
  const incident = await incidentIn(actor.tenants, (await params).id);
  if (!incident) notFound();
  const books = runbooksFor({ type: incident.type });
  const [plugin, attempts, bucket, runs, written] = await Promise.all([
    readPlugin(actor.tenants, incident.plugin_id),
    listAttempts(actor.tenants, { limit: ATTEMPTS_SHOWN, incident_id: incident.id }),
    incident.sira_decision ? showBucket(actor.tenants, incident.sira_decision.confidence, systemClock.now()) : null,
    listRuns(actor.tenants, { incident_id: incident.id }),
    listPostmortems(actor.tenants, { limit: 1, incident_id: incident.id }),
  ]);
  if (!plugin) notFound();
  return (
    <div className="grid gap-3">
      <Link
        href="/incidents"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <IncidentBoard
        renderedAt={renderedAt}
        urls={{
          incident: `/api/ops/plugin-incidents/${incident.id}`,
          attempts: `/api/ops/autopatch-attempts?limit=${ATTEMPTS_SHOWN}&incident_id=${incident.id}`,
          plugin: `/api/ops/plugins/${incident.plugin_id}`,
        }}
        incident={incident}
        attempts={attempts}
        plugin={plugin}
        bucket={bucket}
        powers={{ mayWrite: may(actor, "incident:write"), mayApprove: may(actor, "plan:approve"), email: actor.email ?? "" }}
        actions={{ acknowledge, comment }}
        runbooks={{ runbooks: books.map(runbookItem), runsUrl: `/api/ops/runbooks/runs?incident_id=${incident.id}`, runs }}
        postmortemId={written.items[0]?.id ?? null}
      />
    </div>
  );
}
