"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useLiveRead } from "../../live/use-live-read";
import type { SafetyPlaces, SafetyPowers } from "../../safety/items";
import { RequestList } from "../../safety/request-list";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { calendarVerdict } from "./calendar-verdict";
import { EndFreezeDialog, ExtendFreezeDialog } from "./change-freeze-dialogs";
import { FreezesCard } from "./freezes-card";
import { HeldUpCard } from "./held-up-card";
import { HoursDialog } from "./hours-dialog";
import type { CalendarPowers, CalendarsItem, FreezeItem } from "./items";
import { type HoursOf, MerchantsCard } from "./merchants-card";
import { StartFreezeDialog } from "./start-freeze-dialog";
import { ZonedTime } from "./zoned-time";

/** Hours turn without anybody doing anything. */
const EVERY_MS = 30_000;

interface CalendarBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: CalendarsItem;
  readonly places: SafetyPlaces;
  readonly powers: CalendarPowers;
  readonly safety: SafetyPowers;
}

type Open =
  | { readonly do: "start" }
  | { readonly do: "extend" | "end"; readonly freeze: FreezeItem }
  | { readonly do: "hours"; readonly hours: HoursOf }
  | null;

/** What may not be changed now and why, what comes next, and what waits for it. */
export function CalendarBoard({ renderedAt, url, initial, places, powers, safety }: CalendarBoardProps) {
  const s = useTranslations("safety");
  const client = useQueryClient();
  const { data, error, retry } = useLiveRead("calendars", url, initial, renderedAt, { everyMs: EVERY_MS });
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const done = () => client.invalidateQueries({ queryKey: ["calendars"] });
  const zones = new Map(data.items.map(({ tenant_id, time_zone }) => [tenant_id, time_zone]));
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Verdict data={data} />
      {data.requests.length > 0 ? (
        <Card labelId="requests" title={s("requests")} aside={<span className="text-sm text-muted">{data.requests.length}</span>}>
          <RequestList requests={data.requests} powers={safety} />
        </Card>
      ) : null}
      <FreezesCard
        freezes={data.freezes}
        zones={zones}
        powers={powers}
        onStart={() => setOpen({ do: "start" })}
        onExtend={(freeze) => setOpen({ do: "extend", freeze })}
        onEnd={(freeze) => setOpen({ do: "end", freeze })}
      />
      {powers.mayAll || data.held_up.length > 0 ? <HeldUpCard rollouts={data.held_up} /> : null}
      <MerchantsCard merchants={data.items} places={places} powers={powers} onEdit={(hours) => setOpen({ do: "hours", hours })} />
      {open?.do === "start" ? <StartFreezeDialog places={places} mayAll={powers.mayAll} onDone={done} onClose={close} /> : null}
      {open?.do === "extend" ? <ExtendFreezeDialog freeze={open.freeze} onDone={done} onClose={close} /> : null}
      {open?.do === "end" ? <EndFreezeDialog freeze={open.freeze} onClose={close} /> : null}
      {open?.do === "hours" ? <HoursDialog hours={open.hours} onClose={close} /> : null}
    </div>
  );
}

function Verdict({ data }: { data: CalendarsItem }) {
  const t = useTranslations("calendar.verdict");
  const verdict = calendarVerdict(data);
  const hours = data.policy_windows.map(({ from, to }) => `${from}–${to}`).join(", ");
  return (
    <p className="text-lg">
      {verdict.kind === "some" ? t("some", { count: verdict.count }) : verdict.kind === "closed" ? t("closed", { hours }) : t(verdict.kind)}
      {verdict.kind === "frozen" && verdict.until ? (
        <>
          {" "}
          {t("until")} <ZonedTime at={verdict.until} />
        </>
      ) : null}
    </p>
  );
}
