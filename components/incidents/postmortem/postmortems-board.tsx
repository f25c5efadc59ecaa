"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Page } from "../../live/items";
import { useLiveRead } from "../../live/use-live-read";
import { Card } from "../../ui/card";
import { PageLinks } from "../../ui/page-links";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import { StateView } from "../../ui/state-view";
import { SeverityChip } from "../severity-chip";
import type { PostmortemRowItem } from "./items";

interface PostmortemsBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: Page<PostmortemRowItem>;
  readonly firstHref: string | null;
}

/** What was learned, newest first, and what of it is still to be done. */
export function PostmortemsBoard({ renderedAt, url, initial, firstHref }: PostmortemsBoardProps) {
  const t = useTranslations("postmortems");
  const { data, error, retry } = useLiveRead("postmortems", url, initial, renderedAt);
  const open = data.items.reduce((sum, { open_actions }) => sum + open_actions, 0);
  return (
    <div className="grid gap-4">
      <p className="text-lg">{t("verdict", { count: data.items.length, open })}</p>
      <Card labelId="postmortems" title={t("list")}>
        <ReadProblem error={error} onRetry={retry} />
        {data.items.length === 0 ? <StateView kind="empty" title={t("none")} text={t("noneText")} /> : null}
        <ul aria-labelledby="postmortems" className="divide-y divide-hairline">
          {data.items.map((item) => (
            <li key={item.id}>
              <Link data-row="" href={`/postmortems/${item.id}`} className="grid gap-1 px-4 py-3 hover:bg-raised">
                <span className="flex flex-wrap items-center gap-2">
                  <SeverityChip severity={item.severity} />
                  <span className="font-medium break-words">{item.title}</span>
                </span>
                <span className="text-sm text-muted">
                  {t(`status.${item.status}`)} · {item.tenant_name ?? t("allTenants")} · {t("openActions", { count: item.open_actions })} ·{" "}
                  <RelativeTime at={item.updated_at} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
        <PageLinks
          pageHref="/postmortems"
          firstHref={firstHref}
          nextCursor={data.next_cursor}
          texts={{ first: t("first"), next: t("next") }}
        />
      </Card>
    </div>
  );
}
