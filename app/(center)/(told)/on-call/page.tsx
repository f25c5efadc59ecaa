import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { OnCallBoard } from "@/components/on-call/on-call-board";
import { Card } from "@/components/ui/card";
import { StateView } from "@/components/ui/state-view";
import { may } from "@/lib/access/roles";
import { showOnCall } from "@/lib/notify/paging/queries-on-call";
import { systemClock } from "@/lib/platform/clock";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("onCall") };
}

/** Who is woken at night: by whom an incident is answered, one after the other. */
export default async function OnCallPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("onCall");
  const now = systemClock.now();
  return (
    <div className="grid gap-4">
      <div>
        <h1 className="text-xl font-semibold">{t("title")}</h1>
        <p className="text-muted">{t("lead")}</p>
      </div>
      {actor.tenants.kind === "all" ? (
        <OnCallBoard renderedAt={now.toISOString()} initial={await showOnCall(actor.tenants, now)} mayWrite={may(actor, "policy:write")} />
      ) : (
        <Card>
          <StateView kind="forbidden" title={t("platformOnly")} text={t("platformOnlyText")} />
        </Card>
      )}
    </div>
  );
}
