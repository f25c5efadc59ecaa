"use client";

import { Mail, Webhook } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AbsoluteTime } from "../ui/relative-time";
import type { DeliveryItem } from "./delivery-items";
import { DeliveryPanel } from "./delivery-panel";
import { DeliveryState } from "./delivery-state";
import { EventName } from "./event-name";

interface DeliveryRowProps {
  readonly delivery: DeliveryItem;
  readonly startsOpen: boolean;
  onChanged(): void;
}

/** One message: when, about what, to whom, and what became of it; opened, its exact text and a way to send it again. */
export function DeliveryRow({ delivery, startsOpen, onChanged }: DeliveryRowProps) {
  const t = useTranslations("deliveries");
  const [isOpen, setIsOpen] = useState(startsOpen);
  const { channel, status, attempts, replays, last_status, last_error } = delivery;
  const Channel = channel === "email" ? Mail : Webhook;
  const trouble = status === "delivered" ? null : (last_error ?? (last_status === null ? null : String(last_status)));
  return (
    <li>
      <details className="group" open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary
          data-row=""
          className="grid cursor-pointer grid-cols-[1fr_auto] items-center gap-x-3 gap-y-1 px-4 py-2.5 group-open:bg-raised hover:bg-raised sm:grid-cols-[9.5rem_1fr_1fr_8rem]"
        >
          <AbsoluteTime at={delivery.created_at} className="text-sm text-muted" />
          <span className="col-span-2 row-start-2 min-w-0 sm:col-span-1 sm:col-start-2 sm:row-start-1">
            <span className="block truncate font-medium">
              <EventName event={delivery.event} />
            </span>
            {trouble ? (
              <span lang="en" className="block truncate text-sm text-muted">
                {trouble}
              </span>
            ) : null}
          </span>
          <span className="col-span-2 row-start-3 flex min-w-0 items-center gap-2 text-sm sm:col-span-1 sm:col-start-3 sm:row-start-1">
            <Channel aria-hidden="true" className="size-4 shrink-0 text-muted" />
            <span className="sr-only">{t(channel)}</span>
            <span className="truncate">{delivery.to}</span>
          </span>
          <span className="col-start-2 row-start-1 grid justify-items-end gap-0.5 sm:col-start-4 sm:justify-items-start">
            <DeliveryState status={status} />
            <span className="text-xs text-muted">
              {t("attempts", { count: attempts })}
              {replays > 0 ? ` · ${t("replays", { count: replays })}` : null}
            </span>
          </span>
        </summary>
        {isOpen ? <DeliveryPanel delivery={delivery} onChanged={onChanged} /> : null}
      </details>
    </li>
  );
}
