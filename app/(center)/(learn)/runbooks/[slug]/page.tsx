import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { RunbookFollow } from "@/components/incidents/runbook/runbook-follow";
import { Card } from "@/components/ui/card";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { runbookOf } from "@/lib/runbooks/catalogue";
import { listRuns, runbookItem } from "@/lib/runbooks/queries-runbooks";

type Props = { params: Promise<{ slug: string }> };

export async function generateMetadata({ params }: Props) {
  const runbook = runbookOf((await params).slug);
  const language = (await getLocale()) === "fr" ? "fr" : "en";
  return { title: runbook ? runbook.title[language] : (await getTranslations("nav"))("runbooks") };
}

/** One runbook, followed without an incident: against a fault of Center itself, or as an exercise. */
export default async function RunbookPage({ params }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("runbooks");
  const runbook = runbookOf((await params).slug) ?? notFound();
  const language = (await getLocale()) === "fr" ? "fr" : "en";
  const runs = await listRuns(actor.tenants, { slug: runbook.slug, without_incident: "true" });
  const isEverywhere = actor.tenants.kind === "all";
  return (
    <div className="grid gap-3">
      <Link
        href="/runbooks"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <h1 className="text-xl font-semibold break-words">{runbook.title[language]}</h1>
      {isEverywhere ? null : <p className="text-muted">{t("platformOnly")}</p>}
      <Card>
        <RunbookFollow
          runbook={runbookItem(runbook)}
          runsUrl={`/api/ops/runbooks/runs?slug=${runbook.slug}&without_incident=true`}
          runs={runs}
          renderedAt={systemClock.now().toISOString()}
          about={{ incidentId: null, pluginId: null, moduleKey: null }}
          deeds={new Set()}
          mayWrite={isEverywhere && may(actor, "incident:write")}
        />
      </Card>
    </div>
  );
}
