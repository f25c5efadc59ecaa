import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { DeliveriesBoard } from "@/components/deliveries/deliveries-board";
import { DeliveryFilterBar } from "@/components/deliveries/delivery-filters";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { StateView } from "@/components/ui/state-view";
import type { TenantScope } from "@/lib/access/types";
import { type DeliveriesQuery, listDeliveries } from "@/lib/notify/deliveries/queries-deliveries";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { addressOf, readFilters, type SearchParams, type Shown } from "./filters";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("deliveries") };
}

/** What was told to whom and whether it arrived; the address holds filters and page. */
export default async function DeliveriesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await signedInWith("webhook:write");
  if (!actor) return <Forbidden permission="webhook:write" />;
  const t = await getTranslations("deliveries");
  const { shown, query } = readFilters(await searchParams);
  const { to = "", status = "", event = "", channel = "", cursor: _cursor, ...fixed } = shown;
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div>
          <h1 className="text-xl font-semibold">{t("title")}</h1>
          <p className="text-muted">
            {t("lead")} {t("bounds", { days: LIMITS.deliveryMemoryDays })}
          </p>
        </div>
        <Link href="/deliveries/addresses" className={buttonClass()}>
          {t("addresses")}
        </Link>
      </div>
      <DeliveryFilterBar
        key={addressOf("/deliveries", shown)}
        filters={{ to, status, event, channel, fixed }}
        isFiltered={Object.keys(shown).some((name) => name !== "cursor")}
      />
      {query ? <Listed scope={actor.tenants} shown={shown} query={query} /> : <BadFilter />}
    </div>
  );
}

async function Listed({ scope, shown, query }: { scope: TenantScope; shown: Shown; query: DeliveriesQuery }) {
  const { cursor, ...filters } = shown;
  const renderedAt = systemClock.now().toISOString();
  const pageHref = addressOf("/deliveries", filters);
  return (
    <DeliveriesBoard
      key={addressOf("/deliveries", shown)}
      renderedAt={renderedAt}
      url={addressOf("/api/ops/deliveries", shown)}
      initial={await listDeliveries(scope, query)}
      isFiltered={Object.keys(filters).length > 0}
      pageHref={pageHref}
      firstHref={cursor ? pageHref : null}
    />
  );
}

async function BadFilter() {
  const [t, states] = await Promise.all([getTranslations("deliveries"), getTranslations("states")]);
  const clear = (
    <Link href="/deliveries" className={buttonClass()}>
      {t("clear")}
    </Link>
  );
  return (
    <Card>
      <StateView kind="filtered" title={states("badFilterTitle")} text={states("badFilterText")} action={clear} />
    </Card>
  );
}
