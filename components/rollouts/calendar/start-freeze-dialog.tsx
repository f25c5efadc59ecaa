"use client";

import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import type { SafetyPlaces } from "../../safety/items";
import { usePlaces } from "../../safety/use-places";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTimeZone } from "../../ui/time-zone";
import { useTell } from "../../ui/toaster";
import { InstantField, instantOf } from "./instant-field";

const EVERYBODY = "global";

interface StartFreezeDialogProps {
  readonly places: SafetyPlaces;
  readonly mayAll: boolean;
  onDone(): Promise<void>;
  onClose(): void;
}

/** Toward safety: one person, a reason, and until when. */
export function StartFreezeDialog({ places: first, mayAll, onDone, onClose }: StartFreezeDialogProps) {
  const t = useTranslations("calendar");
  const tell = useTell();
  const key = useRef(newKey());
  const { choice } = useTimeZone();
  const { places, search } = usePlaces(first);
  const [place, setPlace] = useState(mayAll ? EVERYBODY : (first.merchants[0]?.id ?? ""));
  const [times, setTimes] = useState({ from: "", until: "" });
  const endsAt = instantOf(times.until, choice);
  const start = async (reason: string) => {
    const where = place === EVERYBODY ? { scope: EVERYBODY } : { scope: "tenant", tenant_id: place };
    const startsAt = instantOf(times.from, choice);
    const body = { ...where, ...(startsAt ? { starts_at: startsAt } : {}), ends_at: endsAt, reason };
    await postJson("/api/ops/calendars/freezes", body, key.current).finally(() => {
      key.current = newKey();
    });
    tell(t("started"));
    await onDone();
  };
  return (
    <DangerDialog
      isOpen
      title={t("startFreeze")}
      look="primary"
      isReady={endsAt !== null && place !== ""}
      impact={
        <div className="grid gap-3">
          <p>{t("startImpact")}</p>
          {search}
          <WhomField value={place} places={places} mayAll={mayAll} onChange={setPlace} />
          <div className="grid gap-3 sm:grid-cols-2">
            <InstantField label={t("from")} hint={t("emptyIsNow")} value={times.from} onChange={(from) => setTimes({ ...times, from })} />
            <InstantField label={t("until")} value={times.until} isRequired onChange={(until) => setTimes({ ...times, until })} />
          </div>
        </div>
      }
      reasons={[t("reasons.sales"), t("reasons.unclear")]}
      confirmLabel={t("startThis")}
      onConfirm={start}
      onClose={onClose}
    />
  );
}

interface WhomFieldProps {
  readonly value: string;
  readonly places: SafetyPlaces;
  readonly mayAll: boolean;
  onChange(place: string): void;
}

/** Everybody, or one merchant. */
function WhomField({ value, places, mayAll, onChange }: WhomFieldProps) {
  const t = useTranslations("calendar");
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {t("whom")}
      </label>
      <select
        id={id}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
      >
        {mayAll ? <option value={EVERYBODY}>{t("everybody")}</option> : null}
        {places.merchants.map((merchant) => (
          <option key={merchant.id} value={merchant.id}>
            {merchant.name}
          </option>
        ))}
      </select>
    </div>
  );
}
