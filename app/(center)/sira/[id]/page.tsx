import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { DecisionCard } from "@/components/incidents/detail/decision-card";
import { PermitCard } from "@/components/incidents/detail/permit-card";
import { OptionsCard } from "@/components/sira/options-card";
import { ReplayCard } from "@/components/sira/replay-card";
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
  const decision = z.uuid().safeParse(id).success ? await readDecision(actor.tenants, id.toLowerCase(), systemClock.now()) : null;
  if (!decision) notFound();
  const [t, types] = await Promise.all([getTranslations("siraPage"), getTranslations("type")]);
  return (
    <div className="grid gap-3">
      <Link
        href="/sira"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <h1 className="text-xl font-semibold">
        {types(decision.type)} · <span className="font-mono">{decision.plugin_key}</span>
      </h1>
      <p className="text-sm">
        <Link href={`/incidents/${decision.incident_id}`} className="font-medium text-accent hover:underline">
          {t("toIncident")}
        </Link>{" "}
        <span className="text-muted">{t(`source.${decision.source}`)}</span>
        {decision.is_held_out ? <span className="text-muted"> {t("heldOut")}</span> : null}
      </p>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="grid min-w-0 gap-4">
          <DecisionCard decision={decision.decision} bucket={decision.bucket} />
          <OptionsCard decision={decision} />
        </div>
        <div className="grid min-w-0 gap-4">
          <PermitCard permit={decision.permit} />
          <ReplayCard decision={decision} />
        </div>
      </div>
    </div>
  );
}
