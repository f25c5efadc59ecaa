import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { ScannerBoard } from "@/components/modules/scanner/scanner-board";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { showScanner } from "@/lib/scanner/queries-scanner";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("scanner") };
}

/** Whether the contract holds: what breaks it, what is closed because of that, and what looking costs. */
export default async function ScannerPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("scanner");
  const now = systemClock.now();
  const mayAct = actor.tenants.kind === "all" && may(actor, "switch:safer");
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ScannerBoard renderedAt={now.toISOString()} initial={await showScanner(actor.tenants, now)} mayAct={mayAct} />
    </div>
  );
}
