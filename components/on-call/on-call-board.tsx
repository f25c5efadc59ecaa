"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useLiveRead } from "../live/use-live-read";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import type { AreaName, OnCallItem } from "./on-call-items";
import { OrderDialog, type OrderPlace } from "./order-dialog";
import { OrderRow } from "./order-row";
import { shownOrders } from "./shown-orders";

/** Who sleeps changes with the clock and is told by no notice. */
const EVERY_MS = 15_000;

interface OnCallBoardProps {
  readonly renderedAt: string;
  readonly initial: OnCallItem;
  readonly mayWrite: boolean;
}

/** Who is on call for what, who would be woken now, and a way to change it. */
export function OnCallBoard({ renderedAt, initial, mayWrite }: OnCallBoardProps) {
  const t = useTranslations("onCall");
  const { data, error, retry } = useLiveRead("oncall", "/api/ops/on-call", initial, renderedAt, { everyMs: EVERY_MS });
  const [edited, setEdited] = useState<OrderPlace | null>(null);
  const begin = (area: AreaName, place: Omit<OrderPlace, "area">) => setEdited({ area, ...place });
  const another = mayWrite ? (
    <Button onClick={() => begin("any", { severity: "medium", order: null, isNew: true })}>
      <Plus aria-hidden="true" className="size-4" />
      {t("add")}
    </Button>
  ) : null;
  return (
    <>
      {data.has_mail ? null : (
        <p role="status" className="rounded-md bg-danger-wash px-3 py-2">
          {t("noMail")}
        </p>
      )}
      <Card labelId="orders" title={t("orders")} aside={another}>
        <ReadProblem error={error} onRetry={retry} />
        <ul aria-labelledby="orders" className="divide-y divide-hairline">
          {shownOrders(data).map(({ area, severity, order }) => (
            <OrderRow
              key={`${area} ${severity}`}
              area={area}
              severity={severity}
              order={order}
              hasMail={data.has_mail}
              onEdit={mayWrite ? () => begin(area, { severity, order, isNew: false }) : null}
            />
          ))}
        </ul>
      </Card>
      {edited ? <OrderDialog place={edited} candidates={data.candidates} onDone={retry} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
