import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { RunBoard } from "@/components/modules/repairs/run-board";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { showRepairRun } from "@/lib/repair/queries-repairs";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("repairs") };
}

/** One run: the exact difference, its digest and its time, what may be done, and every step. */
export default async function RepairRunPage({ params }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const { id } = await params;
  // An id that is none answers as one that nobody has.
  const run = z.uuid().safeParse(id).success ? await showRepairRun(actor.tenants, id.toLowerCase()) : null;
  if (!run) notFound();
  const t = await getTranslations("repairs");
  const powers = { mayRepair: may(actor, "incident:write"), mayApprove: may(actor, "plan:approve"), self: actor.id };
  return (
    <div className="grid gap-3">
      <Link
        href="/repairs"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <h1 className="font-mono text-xl font-semibold break-words">{run.job}</h1>
      <RunBoard renderedAt={systemClock.now().toISOString()} initial={run} powers={powers} />
    </div>
  );
}
