"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { keepRows } from "../audit/keep-rows";
import type { Page } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { Card } from "../ui/card";
import { NewRowsPill } from "../ui/new-rows-pill";
import { PageLinks } from "../ui/page-links";
import { ReadProblem } from "../ui/read-problem";
import { StateView } from "../ui/state-view";
import type { DeliveryItem } from "./delivery-items";
import { DeliveryRow } from "./delivery-row";

/** What became of a try is told by no notice; it shows by the next look. */
const EVERY_MS = 5_000;

interface DeliveriesBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: Page<DeliveryItem>;
  readonly isFiltered: boolean;
  readonly pageHref: string;
  readonly firstHref: string | null;
}

/** One page of what was sent. Rows stay where they are while their state follows; newer ones wait above. */
export function DeliveriesBoard({ renderedAt, url, initial, isFiltered, pageHref, firstHref }: DeliveriesBoardProps) {
  const t = useTranslations("deliveries");
  const { data, error, retry } = useLiveRead("deliveries", url, initial, renderedAt, { everyMs: EVERY_MS });
  const [held, setHeld] = useState(initial);
  const { rows, waiting } = keepRows(data.items, held.items);
  return (
    <Card labelId="messages" title={t("list")}>
      <ReadProblem error={error} onRetry={retry} />
      <NewRowsPill count={waiting} onRelease={() => setHeld(data)} />
      {rows.length === 0 ? (
        <StateView
          kind={isFiltered ? "filtered" : "empty"}
          title={t(isFiltered ? "noneFiltered" : "none")}
          text={t(isFiltered ? "noneFilteredText" : "noneText")}
        />
      ) : (
        <ul aria-labelledby="messages" className="divide-y divide-hairline">
          {rows.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} startsOpen={isFiltered && rows.length === 1} onChanged={retry} />
          ))}
        </ul>
      )}
      <PageLinks pageHref={pageHref} firstHref={firstHref} nextCursor={held.next_cursor} texts={{ first: t("first"), next: t("next") }} />
    </Card>
  );
}
