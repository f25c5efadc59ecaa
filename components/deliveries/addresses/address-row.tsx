"use client";

import { FlaskConical, KeyRound, ListChecks, Pause, Play, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "../../ui/button";
import { AbsoluteTime } from "../../ui/relative-time";
import { CHOSEN_EVENTS } from "../delivery-items";
import { EventName } from "../event-name";
import type { AddressItem } from "./address-items";

export type AddressDeed = "test" | "events" | "pause" | "rotate" | "remove";

const DEEDS = [
  ["test", FlaskConical],
  ["events", ListChecks],
  ["pause", Pause],
  ["rotate", KeyRound],
  ["remove", Trash2],
] as const;

interface AddressRowProps {
  readonly address: AddressItem;
  readonly isBusy: boolean;
  onChoose(deed: AddressDeed): void;
}

/** One address: where, of what it hears, whether it rests, and what can be done about it. */
export function AddressRow({ address, isBusy, onChoose }: AddressRowProps) {
  const t = useTranslations("addresses");
  const { id, url, events, paused, signed_twice_until: overlap } = address;
  return (
    <li className="grid gap-2 px-4 py-3">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span className="min-w-0 font-mono text-sm font-semibold break-all">{url}</span>
        <span className="text-sm">{paused ? t("paused") : t("active")}</span>
      </p>
      <p className="text-sm text-muted">
        {events.length === CHOSEN_EVENTS.length
          ? t("everything")
          : events.map((event, index) => (
              <span key={event}>
                {index > 0 ? ", " : ""}
                <EventName event={event} />
              </span>
            ))}
        {" · "}
        <Link href={`/deliveries?webhook_id=${id}`} className="text-accent underline">
          {t("sent")}
        </Link>
      </p>
      {overlap ? (
        <p className="text-sm text-muted">
          {t("signedTwice")} <AbsoluteTime at={overlap} />
        </p>
      ) : null}
      <div className="screen-only flex flex-wrap gap-2">
        {DEEDS.map(([deed, Icon]) => {
          const Shown = deed === "pause" && paused ? Play : Icon;
          return (
            <Button key={deed} disabled={isBusy} onClick={() => onChoose(deed)} className={deed === "remove" ? "text-danger" : undefined}>
              <Shown aria-hidden="true" className="size-4" />
              {t(deed === "pause" && paused ? "resume" : deed)}
              <span className="sr-only"> {url}</span>
            </Button>
          );
        })}
      </div>
    </li>
  );
}
