"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Button } from "../ui/button";
import type { SafetyItem, SafetyPlaces, SwitchAt } from "./items";
import { switchName } from "./switch-name";
import { usePlaces } from "./use-places";

const FIELD = "min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base";

interface NarrowSwitchFormProps {
  readonly names: SafetyItem["names"];
  readonly places: SafetyPlaces;
  onThrow(at: SwitchAt): void;
}

/** A switch for one merchant or one plugin alone. */
export function NarrowSwitchForm({ names, places: first, onThrow }: NarrowSwitchFormProps) {
  const t = useTranslations("safety");
  const ids = [useId(), useId()] as const;
  const { places, search } = usePlaces(first);
  const [name, setName] = useState<string>("safe_mode");
  const [place, setPlace] = useState("");
  const choose = () => {
    const plugin = places.plugins.find(({ id }) => `plugin ${id}` === place);
    const merchant = places.merchants.find(({ id }) => `tenant ${id}` === place);
    if (plugin) onThrow({ name, scope: "plugin", tenantId: null, targetId: plugin.id, place: `${plugin.merchant} ${plugin.key}` });
    if (merchant) onThrow({ name, scope: "tenant", tenantId: merchant.id, targetId: null, place: merchant.name });
  };
  return (
    <form
      className="grid items-end gap-2 border-t border-hairline p-4 sm:grid-cols-[1fr_1fr_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        choose();
      }}
    >
      {search}
      <div className="grid gap-1">
        <label htmlFor={ids[0]} className="text-sm font-medium text-muted">
          {t("narrow.switch")}
        </label>
        <select id={ids[0]} value={name} onChange={({ target }) => setName(target.value)} className={FIELD}>
          {names.map((each) => (
            <option key={each} value={each}>
              {switchName(t, each)}
            </option>
          ))}
        </select>
      </div>
      <div className="grid gap-1">
        <label htmlFor={ids[1]} className="text-sm font-medium text-muted">
          {t("narrow.place")}
        </label>
        <select id={ids[1]} value={place} onChange={({ target }) => setPlace(target.value)} className={FIELD}>
          <option value="">{t("narrow.choose")}</option>
          <PlaceOptions places={places} />
        </select>
      </div>
      <Button type="submit" disabled={place === ""}>
        {t("turnOnShort")}
      </Button>
    </form>
  );
}

function PlaceOptions({ places }: { places: SafetyPlaces }) {
  const t = useTranslations("safety");
  return (
    <>
      <optgroup label={t("emergency.merchants")}>
        {places.merchants.map(({ id, name: merchant }) => (
          <option key={id} value={`tenant ${id}`}>
            {merchant}
          </option>
        ))}
      </optgroup>
      <optgroup label={t("narrow.plugins")}>
        {places.plugins.map(({ id, merchant, key }) => (
          <option key={id} value={`plugin ${id}`}>
            {merchant} {key}
          </option>
        ))}
      </optgroup>
    </>
  );
}
