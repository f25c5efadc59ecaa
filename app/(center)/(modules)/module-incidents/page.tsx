import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { ModuleIncidentsBoard } from "@/components/modules/incidents/incidents-board";
import { listModuleIncidents } from "@/lib/modules/incidents/queries-incidents";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";

export async function generateMetadata() {
  return { title: (await getTranslations("moduleIncidents"))("title") };
}

/** Incidents of the platform's own modules, the newest first. */
export default async function ModuleIncidentsPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("moduleIncidents");
  const incidents = await listModuleIncidents(actor.tenants, { limit: LIMITS.pageSizeDefault });
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ModuleIncidentsBoard renderedAt={systemClock.now().toISOString()} incidents={incidents} query="" isPage />
    </div>
  );
}
