"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { fetchJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button } from "../ui/button";
import { DangerDialog } from "../ui/danger-dialog";
import type { HoldoutItem } from "./items";

/** Shares that are offered; the server's bound cuts them off. */
const SHARES = [0.01, 0.02, 0.05, 0.1] as const;

interface HoldoutFormProps {
  readonly holdout: HoldoutItem;
  /** Called once the server has taken it. */
  onDone(): void;
}

/** Orders the holdout: how much of what can wait is left to people, the same share of every action, or none. */
export function HoldoutForm({ holdout, onDone }: HoldoutFormProps) {
  const t = useTranslations("siraPage.holdout");
  const format = useFormatter();
  const id = useId();
  const isOn = holdout.share > 0 && holdout.stopped === null;
  const offered = SHARES.filter((share) => share <= holdout.most);
  const [share, setShare] = useState(String(offered.find((each) => each === holdout.share) ?? offered[0]));
  const [wish, setWish] = useState<number | null>(null);
  const percent = (value: number) => format.number(value, { style: "percent", maximumFractionDigits: 0 });
  const confirm = async (reason: string) => {
    await fetchJson("/api/ops/sira/holdout", {
      method: "PUT",
      body: JSON.stringify({ share: wish, reason }),
      headers: { "content-type": "application/json", "idempotency-key": newKey() },
    });
    onDone();
  };
  const isStop = wish === 0;
  return (
    <div className="grid gap-2 border-t border-hairline px-4 py-3">
      <div className="flex flex-wrap items-end gap-2">
        <div className="grid gap-1">
          <label htmlFor={id} className="text-sm font-medium">
            {t("share")}
          </label>
          <select
            id={id}
            value={share}
            onChange={(event) => setShare(event.target.value)}
            className="min-h-11 w-40 rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
          >
            {offered.map((each) => (
              <option key={each} value={String(each)}>
                {percent(each)}
              </option>
            ))}
          </select>
        </div>
        <Button onClick={() => setWish(Number(share))}>{isOn ? t("change") : t("start")}</Button>
        {isOn ? <Button onClick={() => setWish(0)}>{t("stop")}</Button> : null}
      </div>
      <p className="text-sm text-muted">{t("hint", { most: percent(holdout.most), count: holdout.stops_after })}</p>
      <DangerDialog
        isOpen={wish !== null}
        title={isStop ? t("stopTitle") : t("startTitle", { share: percent(wish ?? 0) })}
        impact={<p>{isStop ? t("stopImpact") : t("startImpact", { share: percent(wish ?? 0), count: holdout.stops_after })}</p>}
        reasons={isStop ? [t("reasonKnown"), t("reasonCostly")] : [t("reasonUplift"), t("reasonModel")]}
        confirmLabel={isStop ? t("stop") : t("confirm", { share: percent(wish ?? 0) })}
        look={isStop ? "primary" : "danger"}
        onConfirm={confirm}
        onClose={() => setWish(null)}
      />
    </div>
  );
}
