"use client";

import { OctagonX, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { useLiveRead } from "../live/use-live-read";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import { AskOffDialog } from "./ask-off-dialog";
import { EmergencyDialog } from "./emergency-dialog";
import { EmergencyReport } from "./emergency-report";
import { FactorCard } from "./factor-card";
import { HeldUpList } from "./held-up-list";
import type { EmergencyItem, SafetyItem, SafetyPlaces, SafetyPowers, SwitchAt } from "./items";
import { NarrowSwitchForm } from "./narrow-switch-form";
import { RequestList } from "./request-list";
import { SwitchList } from "./switch-list";
import { SwitchChip, ThrownBy } from "./switch-state";
import { ThrowDialog } from "./throw-dialog";

const KILL: SwitchAt = { name: "kill_switch", scope: "global", tenantId: null, targetId: null, place: "global" };

interface SafetyBoardProps {
  readonly renderedAt: string;
  readonly urls: { readonly safety: string; readonly emergencies: string };
  readonly safety: SafetyItem;
  readonly emergencies: { readonly items: readonly EmergencyItem[] };
  readonly places: SafetyPlaces;
  readonly powers: SafetyPowers;
  /** Null for somebody without a record here, who has no factor to set up. */
  readonly isEnrolled: boolean | null;
}

type Open = { readonly do: "throw" | "ask_off"; readonly at: SwitchAt } | { readonly do: "emergency" } | null;

/** Every safety switch, what it holds up, who wants one turned off, and the way back for everything. */
export function SafetyBoard({ renderedAt, urls, places, powers, isEnrolled, ...initial }: SafetyBoardProps) {
  const t = useTranslations("safety");
  const read = useLiveRead("safety", urls.safety, initial.safety, renderedAt);
  const emergencies = useLiveRead("safety", urls.emergencies, initial.emergencies, renderedAt);
  const [open, setOpen] = useState<Open>(null);
  const [hasFactor, setHasFactor] = useState(isEnrolled ?? false);
  const names = useMemo(() => new Map(places.merchants.map(({ id, name }) => [id, name])), [places]);
  const safety = read.data;
  const show = { onThrow: (at: SwitchAt) => setOpen({ do: "throw", at }), onAskOff: (at: SwitchAt) => setOpen({ do: "ask_off", at }) };
  const close = () => setOpen(null);
  return (
    <div className="grid gap-4">
      <ReadProblem error={read.error ?? emergencies.error} onRetry={() => [read, emergencies].map(({ retry }) => retry())} />
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
      {isEnrolled === null ? null : <FactorCard isEnrolled={hasFactor} onEnrolled={() => setHasFactor(true)} />}
      <ThrowDialog at={open?.do === "throw" ? open.at : null} onClose={close} />
      <AskOffDialog at={open?.do === "ask_off" ? open.at : null} hasFactor={hasFactor} onClose={close} />
      <EmergencyDialog isOpen={open?.do === "emergency"} places={places} mayAll={powers.mayThrowAll} onClose={close} />
    </div>
  );
}

interface KillSwitchCardProps {
  readonly safety: SafetyItem;
  readonly powers: SafetyPowers;
  onThrow(at: SwitchAt): void;
  onAskOff(at: SwitchAt): void;
}

function KillSwitchCard({ safety, powers, onThrow, onAskOff }: KillSwitchCardProps) {
  const t = useTranslations("safety");
  const kill = safety.kill_switch;
  return (
    <Card
      labelId="kill-switch"
      title={
        <span className="flex flex-wrap items-center gap-3">
          {t("name.kill_switch")} <SwitchChip isOn={kill.on} />
        </span>
      }
      aside={
        kill.on ? (
          <Button disabled={!powers.mayThrowAll} onClick={() => onAskOff(KILL)}>
            {t("askOff")}
          </Button>
        ) : (
          <Button look="danger" disabled={!powers.mayThrowAll} onClick={() => onThrow(KILL)}>
            <OctagonX aria-hidden="true" className="size-4" />
            {t("stopAll")}
          </Button>
        )
      }
    >
      <div className="grid gap-3 p-4">
        <p className="text-sm text-muted">{kill.on ? t("killOnText") : t("killOffText")}</p>
        {kill.on ? (
          <>
            <ThrownBy by={kill.set_by} at={kill.set_at} reason={kill.reason} />
            <HeldUpList heldUp={kill.held_up} />
          </>
        ) : null}
        {powers.mayThrow ? null : <p className="text-sm text-muted">{t("needsRole")}</p>}
      </div>
    </Card>
  );
}
