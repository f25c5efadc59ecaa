"use client";

import { Clock, PauseCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import type { SafetyPlaces } from "../../safety/items";
import { whoName } from "../../safety/switch-name";
import { usePlaces } from "../../safety/use-places";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { RelativeTime } from "../../ui/relative-time";
import type { CalendarPowers, MerchantHours } from "./items";
import { SpansText } from "./spans-text";
import { ZonedTime } from "./zoned-time";

/** A merchant whose hours are about to be set. */
export type HoursOf = Pick<MerchantHours, "tenant_id" | "tenant_name"> & Partial<Pick<MerchantHours, "time_zone" | "windows" | "quiet">>;

interface MerchantsCardProps {
  readonly merchants: readonly MerchantHours[];
  readonly places: SafetyPlaces;
  readonly powers: CalendarPowers;
  onEdit(hours: HoursOf): void;
}

/** When each merchant may be changed, by its own clock, what holds it now and what comes next. */
export function MerchantsCard({ merchants, places, powers, onEdit }: MerchantsCardProps) {
  const t = useTranslations("calendar");
  return (
    <Card labelId="hours" title={t("hours")}>
      {merchants.length === 0 ? <p className="px-4 py-3 text-sm text-muted">{t("noHours")}</p> : null}
      <ul className="divide-y divide-hairline">
        {merchants.map((merchant) => (
          <Merchant key={merchant.tenant_id} merchant={merchant} mayWrite={powers.mayWrite} onEdit={() => onEdit(merchant)} />
        ))}
      </ul>
      {powers.mayWrite ? <AddHours places={places} known={merchants} onEdit={onEdit} /> : null}
    </Card>
  );
}

function Merchant({ merchant, mayWrite, onEdit }: { merchant: MerchantHours; mayWrite: boolean; onEdit(): void }) {
  const t = useTranslations("calendar");
  const { time_zone: zone, windows, quiet, held_by: heldBy, next } = merchant;
  const Icon = heldBy ? PauseCircle : Clock;
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">{merchant.tenant_name}</h3>
        <p className="flex items-center gap-1.5 text-sm">
          <Icon aria-hidden="true" className="size-4 shrink-0" />
          {t(heldBy ? `heldBy.${heldBy}` : "mayChange")}
        </p>
      </div>
      <dl className="grid gap-x-3 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        <dt className="text-muted">{t("windows")}</dt>
        <dd>{windows.length > 0 ? <SpansText spans={windows} /> : t("anyTime")}</dd>
        <dt className="text-muted">{t("quiet")}</dt>
        <dd>{quiet.length > 0 ? <SpansText spans={quiet} /> : t("none")}</dd>
        <dt className="text-muted">{t("zone")}</dt>
        <dd>{zone}</dd>
        <dt className="text-muted">{t("next")}</dt>
        <dd>
          {next ? (
            <>
              {t(next.held_by ? `turns.${next.held_by}` : "turns.free")} <ZonedTime at={next.at} zone={zone} />
            </>
          ) : (
            t("neverTurns")
          )}
        </dd>
      </dl>
      <div className="flex flex-wrap items-center gap-3">
        {mayWrite ? <Button onClick={onEdit}>{t("edit")}</Button> : null}
        <span className="text-sm text-muted">
          {whoName(merchant.updated_by)}, <RelativeTime at={merchant.updated_at} />
        </span>
      </div>
    </li>
  );
}

interface AddHoursProps {
  readonly places: SafetyPlaces;
  readonly known: readonly MerchantHours[];
  onEdit(hours: HoursOf): void;
}

/** Merchants that said nothing yet may be changed at any hour, until somebody says otherwise here. */
function AddHours({ places: first, known, onEdit }: AddHoursProps) {
  const t = useTranslations("calendar");
  const id = useId();
  const { places, search } = usePlaces(first);
  const [chosen, setChosen] = useState("");
  const others = places.merchants.filter((merchant) => !known.some(({ tenant_id }) => tenant_id === merchant.id));
  const merchant = others.find((each) => each.id === chosen);
  if (others.length === 0 && !search) return null;
  return (
    <form
      className="grid items-end gap-2 border-t border-hairline p-4 sm:grid-cols-[1fr_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        if (merchant) onEdit({ tenant_id: merchant.id, tenant_name: merchant.name });
      }}
    >
      {search}
      <div className="grid gap-1">
        <label htmlFor={id} className="text-sm font-medium text-muted">
          {t("anotherMerchant")}
        </label>
        <select
          id={id}
          value={merchant ? chosen : ""}
          onChange={({ target }) => setChosen(target.value)}
          className="min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
        >
          <option value="">{t("choose")}</option>
          {others.map(({ id: tenantId, name }) => (
            <option key={tenantId} value={tenantId}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Button type="submit" disabled={!merchant}>
        {t("setHours")}
      </Button>
    </form>
  );
}
