import { Download } from "lucide-react";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { AuditBoard } from "@/components/audit/audit-board";
import { AuditFilterBar } from "@/components/audit/audit-filters";
import { VerifyPanel } from "@/components/audit/verify-panel";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { StateView } from "@/components/ui/state-view";
import type { TenantScope } from "@/lib/access/types";
import { type AuditQuery, listAuditRows } from "@/lib/audit/queries";
import { systemClock } from "@/lib/platform/clock";
import { addressOf, readFilters, type SearchParams, type Shown } from "./filters";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("audit") };
}

/** What was done and refused, by whom and for whom; the address holds filters and page. */
export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await signedInWith("audit:read");
  if (!actor) return <Forbidden permission="audit:read" />;
  const t = await getTranslations("audit");
  const { shown, query } = readFilters(await searchParams);
  const { q = "", actor: by = "", command = "", outcome = "" } = shown;
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <VerifyPanel />
      <AuditFilterBar
        key={addressOf("/audit", shown)}
        filters={{ q, actor: by, command, outcome }}
        isFiltered={Object.keys(shown).some((name) => name !== "cursor")}
      />
      {query ? <Listed scope={actor.tenants} shown={shown} query={query} /> : <BadFilter />}
    </div>
  );
}

async function Listed({ scope, shown, query }: { scope: TenantScope; shown: Shown; query: AuditQuery }) {
  const { cursor, ...filters } = shown;
  const renderedAt = systemClock.now().toISOString();
  const pageHref = addressOf("/audit", filters);
  return (
    <AuditBoard
      key={addressOf("/audit", shown)}
      renderedAt={renderedAt}
      url={addressOf("/api/ops/audit", { ...shown, view: "row" })}
      initial={await listAuditRows(scope, query)}
      isFiltered={Object.keys(filters).length > 0}
      pageHref={pageHref}
      firstHref={cursor ? pageHref : null}
      exports={<Exports filters={filters} />}
    />
  );
}

async function Exports({ filters }: { filters: Shown }) {
  const t = await getTranslations("audit");
  return (
    <span className="screen-only flex flex-wrap items-center gap-2 text-sm">
      <span className="text-muted">{t("export")}</span>
      {(["ndjson", "csv"] as const).map((format) => (
        <a key={format} href={addressOf("/api/ops/audit/export", { ...filters, format })} download="" className={buttonClass()}>
          <Download aria-hidden="true" className="size-4" />
          {t(format)}
        </a>
      ))}
    </span>
  );
}

async function BadFilter() {
  const [t, states] = await Promise.all([getTranslations("audit"), getTranslations("states")]);
  const clear = (
    <Link href="/audit" className={buttonClass()}>
      {t("clear")}
    </Link>
  );
  return (
    <Card>
      <StateView kind="filtered" title={states("badFilterTitle")} text={states("badFilterText")} action={clear} />
    </Card>
  );
}
