import { getTranslations } from "next-intl/server";
import { ACTIVE_STATUSES } from "@/components/incidents/active-statuses";
import { OverviewBoard } from "@/components/overview/overview-board";
import { fleetQuery } from "@/lib/access/plugins/fleet-query";
import { listFleet } from "@/lib/access/plugins/queries-fleet";
import { listIncidentRows } from "@/lib/incidents/queries-rows";
import { systemClock } from "@/lib/platform/clock";
import { listAttemptRows } from "@/lib/rollout/queries-rows";
import { Forbidden } from "./forbidden-state";
import { presenceLimits } from "./presence-limits";
import { signedInWith } from "./signed-in";

/** Rows of each part: what is worst stands first, and each part leads to its whole. */
const ACTIVE_INCIDENTS = 15;
const WORST_PLUGINS = 15;
const RECENT_ATTEMPTS = 10;
const URLS = {
  fleet: `/api/ops/fleet?limit=${WORST_PLUGINS}`,
  incidents: `/api/ops/plugin-incidents?limit=${ACTIVE_INCIDENTS}&status=${ACTIVE_STATUSES.join(",")}&view=row`,
  attempts: `/api/ops/autopatch-attempts?limit=${RECENT_ATTEMPTS}&view=row`,
};

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("overview") };
}

/** How things are: one verdict, what is open, the worst of the fleet, and what was tried. */
export default async function OverviewPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const scope = actor.tenants;
  const now = systemClock.now();
  const [fleet, incidents, attempts] = await Promise.all([
    listFleet(scope, fleetQuery.parse({ limit: String(WORST_PLUGINS) }), now),
    listIncidentRows(scope, { limit: ACTIVE_INCIDENTS, status: [...ACTIVE_STATUSES] }),
    listAttemptRows(scope, { limit: RECENT_ATTEMPTS }),
  ]);
  return (
    <OverviewBoard
      renderedAt={now.toISOString()}
      urls={URLS}
      fleet={fleet}
      incidents={incidents}
      attempts={attempts}
      limits={presenceLimits()}
    />
  );
}
