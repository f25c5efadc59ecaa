"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import type { AutonomyAction } from "@/lib/policy/autonomy/decide-autonomy";
import { Button } from "../../ui/button";
import type { SafetyPlaces } from "../items";
import { usePlaces } from "../use-places";
import type { AutonomyDeed } from "./autonomy-dialog";
import { EARNABLE } from "./items";

const FIELD = "min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base";

/** A merchant that wants an action earned before it is done without asking. */
export function RequireForm({ places: first, onDeed }: { places: SafetyPlaces; onDeed(deed: AutonomyDeed): void }) {
  const t = useTranslations("autonomy");
  const ids = [useId(), useId()] as const;
  const { places, search } = usePlaces(first);
  const [chosen, setChosen] = useState("");
  const [action, setAction] = useState<AutonomyAction>("patch");
  const merchant = places.merchants.find(({ id }) => id === chosen);
  return (
    <form
      className="grid items-end gap-2 border-t border-hairline p-4 sm:grid-cols-[1fr_1fr_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        if (merchant) onDeed({ do: "require", tenantId: merchant.id, tenantName: merchant.name, action });
      }}
    >
      {search}
      <div className="grid gap-1">
        <label htmlFor={ids[0]} className="text-sm font-medium text-muted">
          {t("merchant")}
        </label>
        <select id={ids[0]} value={merchant ? chosen : ""} onChange={({ target }) => setChosen(target.value)} className={FIELD}>
          <option value="">{t("choose")}</option>
          {places.merchants.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div className="grid gap-1">
        <label htmlFor={ids[1]} className="text-sm font-medium text-muted">
          {t("actionLabel")}
        </label>
        <select id={ids[1]} value={action} onChange={({ target }) => setAction(target.value as AutonomyAction)} className={FIELD}>
          {EARNABLE.map((name) => (
            <option key={name} value={name}>
              {t(`action.${name}`)}
            </option>
          ))}
        </select>
      </div>
      <Button type="submit" disabled={!merchant}>
        {t("require")}
      </Button>
    </form>
  );
}
