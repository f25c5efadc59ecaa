import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { RepairsBoard } from "@/components/modules/repairs/repairs-board";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { listRepairs } from "@/lib/repair/queries-repairs";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("repairs") };
}

/** What is being repaired, what can be, and what was. */
export default async function RepairsPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("repairs");
  const now = systemClock.now();
  const powers = { mayRepair: may(actor, "incident:write"), mayApprove: may(actor, "plan:approve"), self: actor.id };
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <RepairsBoard renderedAt={now.toISOString()} initial={await listRepairs(actor.tenants)} powers={powers} />
    </div>
  );
}
