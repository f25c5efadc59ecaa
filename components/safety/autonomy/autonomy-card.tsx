"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useLiveRead } from "../../live/use-live-read";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import type { SafetyPlaces } from "../items";
import { type AutonomyDeed, AutonomyDialog } from "./autonomy-dialog";
import { AutonomyRow } from "./autonomy-row";
import type { AutonomyItem, AutonomyPowers } from "./items";
import { RequireForm } from "./require-form";

interface AutonomyCardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: { readonly items: readonly AutonomyItem[]; readonly needed: number };
  readonly places: SafetyPlaces;
  readonly powers: AutonomyPowers;
}

/** What machines have to earn: how far each is, who promoted it, when it was last lost and why, and the ways both ways. */
export function AutonomyCard({ renderedAt, url, initial, places, powers }: AutonomyCardProps) {
  const t = useTranslations("autonomy");
  const client = useQueryClient();
  const { data, error, retry } = useLiveRead("autonomy", url, initial, renderedAt);
  const [deed, setDeed] = useState<AutonomyDeed | null>(null);
  return (
    <Card labelId="autonomy" title={t("title")}>
      <ReadProblem error={error} onRetry={retry} />
      <p className="px-4 pt-3 text-sm text-muted">{t("lead", { needed: data.needed })}</p>
      {data.items.length === 0 ? <p className="px-4 py-3 text-sm">{t("none")}</p> : null}
      <ul className="divide-y divide-hairline">
        {data.items.map((item) => (
          <AutonomyRow key={`${item.tenant_id} ${item.action}`} item={item} needed={data.needed} powers={powers} onDeed={setDeed} />
        ))}
      </ul>
      {powers.mayRequire ? <RequireForm places={places} onDeed={setDeed} /> : null}
      {deed ? (
        <AutonomyDialog deed={deed} onDone={() => client.invalidateQueries({ queryKey: ["autonomy"] })} onClose={() => setDeed(null)} />
      ) : null}
    </Card>
  );
}
