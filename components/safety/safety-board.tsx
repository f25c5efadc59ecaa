"use client";

import { Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { useLiveRead } from "../live/use-live-read";
import { FactorCard } from "../step-up/factor-card";
import { type FactorsItem, hasFactor } from "../step-up/items";
import { useFactors } from "../step-up/use-factors";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import { AskOffDialog } from "./ask-off-dialog";
import { EmergencyDialog } from "./emergency/emergency-dialog";
import { EmergencyReport } from "./emergency/emergency-report";
import { HowToTurnOff } from "./how-to-turn-off";
import type { EmergencyItem, SafetyItem, SafetyPlaces, SafetyPowers, SwitchAt } from "./items";
import { KillSwitchCard } from "./kill-switch-card";
import { NarrowSwitchForm } from "./narrow-switch-form";
import { RequestList } from "./request-list";
import { SafetyVerdict } from "./safety-verdict";
import { SwitchList } from "./switch-list";
import { ThrowDialog } from "./throw-dialog";

interface SafetyBoardProps {
  readonly renderedAt: string;
  readonly urls: { readonly safety: string; readonly emergencies: string };
  readonly safety: SafetyItem;
  readonly emergencies: { readonly items: readonly EmergencyItem[] };
  readonly places: SafetyPlaces;
  readonly powers: SafetyPowers;
  /** By what the reader can show that it is them. */
  readonly factors: FactorsItem;
}

type Open = { readonly do: "throw" | "ask_off"; readonly at: SwitchAt } | { readonly do: "emergency" } | null;

/** Every safety switch, what it holds up, who wants one turned off, and the way back for everything. */
export function SafetyBoard({ renderedAt, urls, places, powers, factors: known, ...initial }: SafetyBoardProps) {
  const t = useTranslations("safety");
  const read = useLiveRead("safety", urls.safety, initial.safety, renderedAt);
  const emergencies = useLiveRead("safety", urls.emergencies, initial.emergencies, renderedAt);
  const factors = useFactors(known);
  const [open, setOpen] = useState<Open>(null);
  const names = useMemo(() => new Map(places.merchants.map(({ id, name }) => [id, name])), [places]);
  const safety = read.data;
  const show = { onThrow: (at: SwitchAt) => setOpen({ do: "throw", at }), onAskOff: (at: SwitchAt) => setOpen({ do: "ask_off", at }) };
  const close = () => setOpen(null);
  return (
    <div className="grid gap-4">
      <ReadProblem error={read.error ?? emergencies.error} onRetry={() => [read, emergencies].map(({ retry }) => retry())} />
      <SafetyVerdict safety={safety} />
      {safety.requests.length > 0 ? (
        <Card labelId="requests" title={t("requests")} aside={<span className="text-sm text-muted">{safety.requests.length}</span>}>
          <RequestList requests={safety.requests} powers={powers} />
        </Card>
      ) : null}
      <KillSwitchCard safety={safety} powers={powers} {...show} />
      <Card
        labelId="emergency"
        title={t("emergency.title")}
        aside={
          <Button look="danger" disabled={!powers.mayThrow} onClick={() => setOpen({ do: "emergency" })}>
            <Undo2 aria-hidden="true" className="size-4" />
            {t("emergency.open")}
          </Button>
        }
      >
        {emergencies.data.items.length === 0 ? <p className="px-4 py-3 text-sm text-muted">{t("emergency.none")}</p> : null}
        <div className="divide-y divide-hairline">
          {emergencies.data.items.map((emergency) => (
            <EmergencyReport key={emergency.id} emergency={emergency} names={names} />
          ))}
        </div>
      </Card>
      <Card labelId="switches" title={t("switches")}>
        <SwitchList safety={safety} powers={powers} {...show} />
        {powers.mayThrow ? <NarrowSwitchForm names={safety.names} places={places} onThrow={show.onThrow} /> : null}
      </Card>
      <HowToTurnOff hasFactor={!factors.known || hasFactor(factors)} mayAgree={powers.mayAgree} />
      {factors.known ? <FactorCard factors={factors} /> : null}
      <ThrowDialog at={open?.do === "throw" ? open.at : null} onClose={close} />
      <AskOffDialog at={open?.do === "ask_off" ? open.at : null} onClose={close} />
      <EmergencyDialog isOpen={open?.do === "emergency"} places={places} mayAll={powers.mayThrowAll} onClose={close} />
    </div>
  );
}
