import { getTranslations } from "next-intl/server";
import { ACTIVE_STATUSES } from "@/components/incidents/active-statuses";
import { OverviewBoard } from "@/components/overview/overview-board";
import { listPlugins } from "@/lib/access/queries";
import { listIncidents } from "@/lib/incidents/queries";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { listAttempts } from "@/lib/rollout/queries";
import { Forbidden } from "./forbidden-state";
import { presenceLimits } from "./presence-limits";
import { signedInWith } from "./signed-in";

const RECENT_ATTEMPTS = 10;
const URLS = {
  plugins: `/api/ops/plugins?limit=${LIMITS.pageSize}&status=active`,
  incidents: `/api/ops/plugin-incidents?limit=${LIMITS.pageSize}&status=${ACTIVE_STATUSES.join(",")}`,
  attempts: `/api/ops/autopatch-attempts?limit=${RECENT_ATTEMPTS}`,
};

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("overview") };
}

/** How things are: one verdict, what is open, the fleet, and what was tried. */
export default async function OverviewPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const scope = actor.tenants;
  const renderedAt = systemClock.now().toISOString();
  const [plugins, incidents, attempts] = await Promise.all([
    listPlugins(scope, { limit: LIMITS.pageSize, status: ["active"] }),
    listIncidents(scope, { limit: LIMITS.pageSize, status: [...ACTIVE_STATUSES] }),
    listAttempts(scope, { limit: RECENT_ATTEMPTS }),
  ]);
  return (
    <OverviewBoard
      renderedAt={renderedAt}
      urls={URLS}
      plugins={plugins}
      incidents={incidents}
      attempts={attempts}
      limits={presenceLimits()}
    />
  );
}
