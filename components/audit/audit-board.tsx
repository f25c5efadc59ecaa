"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { Page } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { Card } from "../ui/card";
import { NewRowsPill } from "../ui/new-rows-pill";
import { PageLinks } from "../ui/page-links";
import { ReadProblem } from "../ui/read-problem";
import { StateView } from "../ui/state-view";
import type { AuditRowItem } from "./audit-item";
import { AuditRow } from "./audit-row";
import { keepRows } from "./keep-rows";

/** A refusal changes nothing and is told by no notice; it shows by the next look. */
const EVERY_MS = 5_000;

interface AuditBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  /** `more_people`: the search fits more people than are looked for. */
  readonly initial: Page<AuditRowItem> & { readonly more_people: boolean };
  readonly isFiltered: boolean;
  /** Address of this list up to its cursor, which a page adds. */
  readonly pageHref: string;
  readonly firstHref: string | null;
  readonly exports: ReactNode;
}

/** One page of the log. What is new waits above it until the reader asks: a log that is read must not run away. */
export function AuditBoard({ renderedAt, url, initial, isFiltered, pageHref, firstHref, exports }: AuditBoardProps) {
  const t = useTranslations("audit");
  const { data, error, retry } = useLiveRead("audit", url, initial, renderedAt, { everyMs: EVERY_MS });
  const [held, setHeld] = useState(initial);
  const { rows, waiting } = keepRows(data.items, held.items);
  return (
    <Card labelId="entries" title={t("entries")} aside={exports}>
      <ReadProblem error={error} onRetry={retry} />
      {data.more_people ? <p className="px-4 py-2 text-sm text-muted">{t("morePeople")}</p> : null}
      <NewRowsPill count={waiting} onRelease={() => setHeld(data)} />
      {rows.length === 0 ? (
        <StateView
          kind={isFiltered ? "filtered" : "empty"}
          title={t(isFiltered ? "noneFiltered" : "none")}
          text={t(isFiltered ? "noneFilteredText" : "noneText")}
        />
      ) : (
        <ul aria-labelledby="entries" className="divide-y divide-hairline">
          {rows.map((entry) => (
            <AuditRow key={entry.id} entry={entry} startsOpen={isFiltered && rows.length === 1} />
          ))}
        </ul>
      )}
      <PageLinks pageHref={pageHref} firstHref={firstHref} nextCursor={held.next_cursor} texts={{ first: t("first"), next: t("next") }} />
    </Card>
  );
}
