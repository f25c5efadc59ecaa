"use client";

import { useTranslations } from "next-intl";
import type { RefusalList } from "@/lib/telemetry/watched/refusals/queries-refusals";
import { useLiveRead } from "../../live/use-live-read";
import { Card } from "../../ui/card";
import { AbsoluteTime } from "../../ui/relative-time";

/** Refusals are told by no notice: an author who tries things out sees each within a few seconds. */
const EVERY_MS = 5_000;

interface RefusalsCardProps {
  readonly url: string;
  readonly initial: RefusalList;
  readonly renderedAt: string;
}

/** Why messages of this plugin were refused, and what to do about it: more than their sender was told. */
export function RefusalsCard({ url, initial, renderedAt }: RefusalsCardProps) {
  const t = useTranslations("refusals");
  const { data } = useLiveRead("plugins", url, initial, renderedAt, { everyMs: EVERY_MS });
  return (
    <Card labelId="refusals" title={t("title")}>
      {data.items.length === 0 ? (
        <p className="px-4 py-3 text-muted">{t("none")}</p>
      ) : (
        <ul aria-labelledby="refusals" className="divide-y divide-hairline">
          {data.items.map((item) => (
            <Row key={`${item.why} ${item.route} ${item.first_at} ${item.trace_id}`} item={item} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Row({ item }: { item: RefusalList["items"][number] }) {
  const t = useTranslations("refusals");
  return (
    <li className="live-dim grid gap-1 px-4 py-2.5 text-sm">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="text-base font-medium">{t(`why.${item.why}.name`)}</span>
        <span className="text-muted">
          {t("count", { count: item.count })} · <AbsoluteTime at={item.last_at} />
        </span>
      </p>
      <p>{t(`why.${item.why}.hint`)}</p>
      {item.skew_seconds === null ? null : <p>{t(item.skew_seconds < 0 ? "behind" : "ahead", { count: Math.abs(item.skew_seconds) })}</p>}
      {item.errors.length === 0 ? null : (
        <ul className="grid gap-0.5 font-mono text-xs break-all">
          {item.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <span className="font-semibold">{path}</span>: <span lang="en">{message}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="text-muted">
        <span className="font-mono text-xs break-all">
          {item.status} {item.code} · {item.route} · {item.trace_id}
        </span>
      </p>
      {item.proven ? null : <p className="text-muted">{t("unproven")}</p>}
    </li>
  );
}
