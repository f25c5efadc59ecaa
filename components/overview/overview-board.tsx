"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { AttemptList } from "../attempts/attempt-list";
import { FleetTable } from "../fleet/fleet-table";
import type { PresenceLimits } from "../fleet/presence";
import { IncidentList } from "../incidents/incident-list";
import type { AttemptRowItem, FleetPage, IncidentRowItem, Page } from "../live/items";
import { useLiveState } from "../live/live-provider";
import { useLiveRead } from "../live/use-live-read";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import { StateView } from "../ui/state-view";
import { overallVerdict } from "./overall-verdict";
import { VerdictBanner } from "./verdict-banner";

interface OverviewBoardProps {
  readonly renderedAt: string;
  readonly urls: { readonly fleet: string; readonly incidents: string; readonly attempts: string };
  /** The worst of the fleet, and the state of all of it. */
  readonly fleet: FleetPage;
  readonly incidents: Page<IncidentRowItem>;
  readonly attempts: Page<AttemptRowItem>;
  readonly limits: PresenceLimits;
}

/** The overview below its strips: verdict, open incidents, the worst of the fleet, what was tried. Rendered by the server, then kept current. */
export function OverviewBoard(props: OverviewBoardProps) {
  const t = useTranslations("overview");
  const { renderedAt, urls, limits } = props;
  const fleet = useLiveRead("fleet", urls.fleet, props.fleet, renderedAt);
  const incidents = useLiveRead("incidents", urls.incidents, props.incidents, renderedAt);
  const attempts = useLiveRead("attempts", urls.attempts, props.attempts, renderedAt);
  const isTrusted = useLiveState("isTrusted");
  const { counts, items } = fleet.data;
  return (
    <div className="grid gap-4">
      <VerdictBanner verdict={overallVerdict(counts, isTrusted)} unheard={counts.late + counts.silent + counts.unknown} />
      <div className="grid items-start gap-4 xl:grid-cols-[1fr_22rem]">
        <div className="grid min-w-0 gap-4">
          <Card
            labelId="active-incidents"
            title={t("activeIncidents")}
            aside={
              <More href="/incidents?status=open%2Cawaiting_approval%2Chealing%2Cescalated">
                {t("allIncidents", { count: counts.open_incidents })}
              </More>
            }
          >
            <ReadProblem error={incidents.error} onRetry={incidents.retry} />
            <IncidentList
              incidents={incidents.data.items}
              empty={<StateView kind="empty" title={t("noneOpen")} text={t("noneOpenText")} />}
            />
          </Card>
          <Card labelId="fleet" title={t("fleet")} aside={<More href="/fleet">{t("allPlugins", { count: counts.total })}</More>}>
            <ReadProblem error={fleet.error} onRetry={fleet.retry} />
            <FleetTable fleet={items} limits={limits} />
          </Card>
        </div>
        <Card labelId="recent-attempts" title={t("recentAttempts")}>
          <ReadProblem error={attempts.error} onRetry={attempts.retry} />
          <AttemptList attempts={attempts.data.items} />
        </Card>
      </div>
    </div>
  );
}

function More({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      className="inline-flex min-h-11 items-center text-sm font-medium text-accent underline-offset-2 hover:underline sm:min-h-7"
    >
      {children}
    </Link>
  );
}
