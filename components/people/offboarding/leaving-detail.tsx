"use client";

import { useTranslations } from "next-intl";
import { useLiveRead } from "../../live/use-live-read";
import { whoName } from "../../safety/switch-name";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { AbsoluteTime } from "../../ui/relative-time";
import type { LeavingDetail as Detail } from "./items";
import { LeavingActions } from "./leaving-actions";
import { LeavingChip } from "./leaving-chip";
import { WhatGoes, WhatStays } from "./what-goes";

const EVERY_MS = 15_000;

interface LeavingDetailProps {
  readonly url: string;
  readonly initial: Detail;
  readonly renderedAt: string;
  /** Whoever looks, as the audit names them. */
  readonly reader: string;
  /** False for whoever does not act for all merchants: the server would refuse. */
  readonly mayAct: boolean;
}

/** One merchant: where it stands, what would be erased and when, what stays and why, and the way there and back. */
export function LeavingDetail({ url, initial, renderedAt, reader, mayAct }: LeavingDetailProps) {
  const t = useTranslations("offboarding");
  const { data, error, retry } = useLiveRead("tenants", url, initial, renderedAt, { everyMs: EVERY_MS });
  const isAskedByReader = data.state === "asked" && data.asked_by === reader;
  return (
    <div className="grid gap-3">
      <ReadProblem error={error} onRetry={retry} />
      <section aria-labelledby="standing" className="grid gap-3 rounded-lg border border-hairline bg-panel p-4">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <LeavingChip state={data.state} />
          <h2 id="standing" className="min-w-0 text-lg font-semibold break-words">
            {data.name || t("nameless")} <span className="font-mono text-sm font-normal break-all text-muted">{data.slug}</span>
          </h2>
        </div>
        <p aria-live="polite" className="live-dim max-w-prose">
          {t(`says.${isAskedByReader ? "askedByYou" : data.state}`, {
            who: whoName(data.asked_by ?? ""),
            ask: data.ask_hours,
            grace: data.grace_hours,
          })}
        </p>
        <Dates item={data} />
        <LeavingActions item={data} isAskedByReader={isAskedByReader} mayAct={mayAct} />
      </section>
      <Said said={data.said} />
      {data.state === "gone" ? null : <WhatGoes item={data} />}
      <WhatStays item={data} />
    </div>
  );
}

function Dates({ item }: { readonly item: Detail }) {
  const t = useTranslations("offboarding.date");
  const dates = [
    ["asked_at", item.asked_at],
    ["lapses_at", item.lapses_at],
    ["leaving_at", item.leaving_at],
    ["erased_from", item.erased_from],
    ["gone_at", item.gone_at],
  ] as const;
  const known = dates.flatMap(([name, at]) => (at === null ? [] : [{ name, at }]));
  if (known.length === 0) return null;
  return (
    <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-[max-content_1fr]">
      {known.map(({ name, at }) => (
        <div key={name} className="contents">
          <dt className="text-muted">{t(name)}</dt>
          <dd>
            <AbsoluteTime at={at} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Why each of the two wants it: the second person judges the first one's reason. */
function Said({ said }: { readonly said: Detail["said"] }) {
  const t = useTranslations("offboarding");
  if (said.length === 0) return null;
  return (
    <Card labelId="said" title={t("said")}>
      <ul aria-labelledby="said" className="divide-y divide-hairline">
        {said.map(({ by, did, reason, at }) => (
          <li key={`${at} ${by}`} className="grid gap-0.5 px-4 py-2.5">
            <p className="text-sm text-muted">
              <span className="break-all">{whoName(by)}</span> · {t(did === "tenant.stay" ? "did.stay" : "did.offboard")} ·{" "}
              <AbsoluteTime at={at} />
            </p>
            <p className="break-words">{reason}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
