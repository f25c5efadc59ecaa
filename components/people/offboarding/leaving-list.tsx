"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useLiveRead } from "../../live/use-live-read";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { AbsoluteTime } from "../../ui/relative-time";
import type { LeavingItem, LeavingList as Listed } from "./items";
import { LeavingChip } from "./leaving-chip";

/** Erasing goes on without a notice, and a question lapses by the clock. */
const EVERY_MS = 15_000;

interface LeavingListProps {
  readonly url: string;
  readonly initial: Listed;
  readonly renderedAt: string;
  readonly isSearched: boolean;
}

/** The verdict first: who leaves, and what waits for a second person. Below it the search for one to offboard. */
export function LeavingList({ url, initial, renderedAt, isSearched }: LeavingListProps) {
  const t = useTranslations("offboarding");
  const { data, error, retry } = useLiveRead("tenants", url, initial, renderedAt, { everyMs: EVERY_MS });
  const count = (...states: readonly LeavingItem["state"][]) => data.items.filter(({ state }) => states.includes(state)).length;
  return (
    <>
      <ReadProblem error={error} onRetry={retry} />
      <p aria-live="polite" className="live-dim text-lg font-medium text-balance">
        {t("verdict", { leaving: count("leaving", "erasing"), asked: count("asked") })}
      </p>
      {isSearched ? <Rows labelId="found" title={t("found")} items={data.found} none={t("foundNone")} /> : null}
      <Rows labelId="leavers" title={t("leavers")} items={data.items} none={t("leaversNone")} />
    </>
  );
}

interface RowsProps {
  readonly labelId: string;
  readonly title: string;
  readonly items: readonly LeavingItem[];
  readonly none: string;
}

function Rows({ labelId, title, items, none }: RowsProps) {
  return (
    <Card labelId={labelId} title={title}>
      {items.length === 0 ? <p className="px-4 py-3 text-muted">{none}</p> : null}
      <ul aria-labelledby={labelId} className="divide-y divide-hairline">
        {items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ item }: { readonly item: LeavingItem }) {
  const t = useTranslations("offboarding");
  const at = item.gone_at ?? item.erased_from ?? item.lapses_at;
  return (
    <li>
      <Link
        href={`/offboarding?tenant_id=${item.id}`}
        data-row=""
        className="live-dim flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-raised"
      >
        <LeavingChip state={item.state} />
        <span className="min-w-0 grow basis-48 font-medium break-words">
          {item.name || t("nameless")} <span className="font-mono text-sm font-normal break-all text-muted">{item.slug}</span>
        </span>
        {at && item.state !== "staying" ? (
          <span className="text-sm text-muted">
            {t(`at.${item.state}`)} <AbsoluteTime at={at} />
          </span>
        ) : null}
        <ArrowRight aria-hidden="true" className="size-4 text-accent" />
      </Link>
    </li>
  );
}
