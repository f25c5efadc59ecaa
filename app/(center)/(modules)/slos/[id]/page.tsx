import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { SloBoard } from "@/components/modules/slos/slo-board";
import { showSlo } from "@/lib/modules/slo/queries-slos";
import { SLO_RANGE_NAMES } from "@/lib/modules/slo/slo-query";
import { systemClock } from "@/lib/platform/clock";

interface Props {
  readonly params: Promise<{ id: string }>;
  readonly searchParams: Promise<{ range?: string | string[] }>;
}

export async function generateMetadata({ params }: Props) {
  return { title: `${(await getTranslations("nav"))("slos")}: ${(await params).id}` };
}

/** One objective: how it is kept, how fast its budget is spent, and what spent it. */
export default async function SloPage({ params, searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const { id } = await params;
  const asked = (await searchParams).range;
  const range = SLO_RANGE_NAMES.find((name) => name === asked) ?? "6h";
  const now = systemClock.now();
  const slo = (await showSlo(actor.tenants, id, { range }, now)) ?? notFound();
  const t = await getTranslations("slos");
  const { module_title: module, metric, surface } = slo;
  return (
    <div className="grid gap-3">
      <Link
        href="/slos"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <h1 className="text-xl font-semibold text-balance">
        {t("name", { module, metric: t(`metrics.${metric}`), surface: t(`surfaces.${surface}`) })}
      </h1>
      <SloBoard renderedAt={now.toISOString()} url={`/api/ops/slos/${slo.id}?range=${range}`} slo={slo} />
    </div>
  );
}
