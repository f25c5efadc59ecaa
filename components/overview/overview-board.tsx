"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { AttemptList } from "../attempts/attempt-list";
import { FleetTable } from "../fleet/fleet-table";
import { orderFleet } from "../fleet/order-fleet";
import { type PresenceLimits, presenceAt } from "../fleet/presence";
import { IncidentList } from "../incidents/incident-list";
import type { AttemptItem, IncidentItem, Page, PluginItem } from "../live/items";
import { useLiveState, useTimeText } from "../live/live-provider";
import { useLiveRead } from "../live/use-live-read";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import { StateView } from "../ui/state-view";
import { overallVerdict } from "./overall-verdict";
import { VerdictBanner } from "./verdict-banner";

interface OverviewBoardProps {
  readonly renderedAt: string;
  readonly urls: { readonly plugins: string; readonly incidents: string; readonly attempts: string };
  readonly plugins: Page<PluginItem>;
  readonly incidents: Page<IncidentItem>;
  readonly attempts: Page<AttemptItem>;
  readonly limits: PresenceLimits;
}

/** The overview below its strips: verdict, open incidents, fleet, what was tried. Rendered by the server, then kept current. */
export function OverviewBoard(props: OverviewBoardProps) {
  const t = useTranslations("overview");
  const { renderedAt, urls, limits } = props;
  const plugins = useLiveRead("plugins", urls.plugins, props.plugins, renderedAt);
  const incidents = useLiveRead("incidents", urls.incidents, props.incidents, renderedAt);
  const attempts = useLiveRead("attempts", urls.attempts, props.attempts, renderedAt);
  const isTrusted = useLiveState("isTrusted");

  const fleet = plugins.data.items;
  const open = incidents.data.items;
  const merchantsByTenant = new Map(fleet.map(({ tenant_id, tenant_name }) => [tenant_id, tenant_name]));
  const merchantsByPlugin = new Map(fleet.map(({ id, tenant_name }) => [id, tenant_name]));
  const unheard = useTimeText((nowMs) => String(fleet.filter(({ last_seen }) => isUnheard(last_seen, nowMs, limits)).length));
  return (
    <div className="grid gap-4">
      <VerdictBanner verdict={overallVerdict(fleet.length, open, isTrusted)} unheard={Number(unheard)} />
      <div className="grid items-start gap-4 xl:grid-cols-[1fr_22rem]">
        <div className="grid min-w-0 gap-4">
          <Card
            labelId="active-incidents"
            title={t("activeIncidents")}
            aside={
              <Link href="/incidents" className="text-sm font-medium text-accent underline-offset-2 hover:underline">
                {t("allIncidents")}
              </Link>
            }
          >
            <ReadProblem error={incidents.error} onRetry={incidents.retry} />
            <IncidentList
              incidents={open}
              merchants={merchantsByTenant}
              empty={<StateView kind="empty" title={t("noneOpen")} text={t("noneOpenText")} />}
            />
          </Card>
          <Card
            labelId="fleet"
            title={t("fleet")}
            aside={<span className="text-sm text-muted">{t("plugins", { count: fleet.length })}</span>}
          >
            <ReadProblem error={plugins.error} onRetry={plugins.retry} />
            <FleetTable fleet={orderFleet(fleet, open)} limits={limits} />
          </Card>
        </div>
        <Card labelId="recent-attempts" title={t("recentAttempts")}>
          <ReadProblem error={attempts.error} onRetry={attempts.retry} />
          <AttemptList attempts={attempts.data.items} merchants={merchantsByPlugin} />
        </Card>
      </div>
    </div>
  );
}

function isUnheard(lastSeen: string | null, nowMs: number, limits: PresenceLimits): boolean {
  return presenceAt(lastSeen === null ? null : Date.parse(lastSeen), nowMs, limits) !== "online";
}
