import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { ModulesBoard } from "@/components/modules/modules-board";
import { listModules } from "@/lib/modules/registry/queries-modules";
import { systemClock } from "@/lib/platform/clock";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("modules") };
}

/** The platform's own modules, the worst first. */
export default async function ModulesPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("modules");
  const now = systemClock.now();
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ModulesBoard renderedAt={now.toISOString()} modules={await listModules(actor.tenants, now)} />
    </div>
  );
}
