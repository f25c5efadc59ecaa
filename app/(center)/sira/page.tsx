import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { CalibrationCard } from "@/components/sira/calibration-card";
import { CurveCard } from "@/components/sira/curve-card";
import { DecisionsCard } from "@/components/sira/decisions-card";
import { ModelsCard } from "@/components/sira/models-card";
import { TimeMachineCard } from "@/components/sira/time-machine-card";
import { UpliftCard } from "@/components/sira/uplift-card";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { showPolicy } from "@/lib/policy/queries";
import { showSira } from "@/lib/sira/learning/queries-overview";
import { decisionsQuery, listDecisions } from "@/lib/sira/replay/queries-decisions";

const DECISIONS_SHOWN = 20;
const STATIC_RULES = "sira-v0";

type Props = { searchParams: Promise<{ cursor?: string | string[] }> };

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("sira") };
}

/** SIRA as it learns: the model in force and its rivals, whether confidences come true, what it brings, and what would have been. */
export default async function SiraPage({ searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("siraPage");
  const now = systemClock.now();
  const { cursor } = await searchParams;
  // A cursor that is none begins at the first page again.
  const asked = decisionsQuery.safeParse({ limit: String(DECISIONS_SHOWN), ...(z.string().safeParse(cursor).success ? { cursor } : {}) });
  const query = asked.success ? asked.data : { limit: DECISIONS_SHOWN };
  const [sira, decisions, policy] = await Promise.all([
    showSira(actor.tenants, now),
    listDecisions(actor.tenants, query, now),
    showPolicy(actor.tenants),
  ]);
  const isEverywhere = actor.tenants.kind === "all";
  const powers = {
    mayPromote: isEverywhere && may(actor, "policy:write"),
    mayRollBack: isEverywhere && may(actor, "switch:safer"),
    seesModels: isEverywhere,
  };
  const versions = isEverywhere ? [...new Set([sira.active_version, STATIC_RULES, ...sira.models.map(({ version }) => version)])] : [];
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ModelsCard activeVersion={sira.active_version} models={sira.models} promotions={sira.promotions} powers={powers} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <CalibrationCard calibration={sira.calibration} />
        <CurveCard curve={sira.curve} />
      </div>
      <UpliftCard uplift={sira.uplift} holdout={sira.holdout} />
      <TimeMachineCard policy={policy} versions={versions} />
      <DecisionsCard
        decisions={decisions.items}
        nextHref={decisions.next_cursor ? `/sira?cursor=${encodeURIComponent(decisions.next_cursor)}` : null}
      />
    </div>
  );
}
