import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { DecisionBoard } from "@/components/sira/decision-board";
import { systemClock } from "@/lib/platform/clock";
import { readDecision } from "@/lib/sira/replay/queries-decisions";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata() {
  return { title: (await getTranslations("sira"))("title") };
}

/** One decision: what was proposed and how such confidences came true, what speaks for and against, the gates, and its replay. */
export default async function DecisionPage({ params }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const { id } = await params;
  // An id that is none answers as one that nobody has.
  const now = systemClock.now();
  const decision = z.uuid().safeParse(id).success ? await readDecision(actor.tenants, id.toLowerCase(), now) : null;
  if (!decision) notFound();
  const t = await getTranslations("siraPage");
  return (
    <div className="grid gap-3">
      <Link
        href="/sira"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <DecisionBoard url={`/api/ops/sira/decisions/${decision.id}`} initial={decision} renderedAt={now.toISOString()} />
    </div>
  );
}
