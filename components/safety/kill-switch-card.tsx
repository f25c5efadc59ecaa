"use client";

import { OctagonX } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { HeldUpList } from "./held-up-list";
import type { SafetyItem, SafetyPowers, SwitchAt } from "./items";
import { SwitchChip, ThrownBy } from "./switch-state";

const KILL: SwitchAt = { name: "kill_switch", scope: "global", tenantId: null, targetId: null, place: "global" };

interface KillSwitchCardProps {
  readonly safety: SafetyItem;
  readonly powers: SafetyPowers;
  onThrow(at: SwitchAt): void;
  onAskOff(at: SwitchAt): void;
}

/** The one switch for everything: what it does, what it held up, and the way on from there. */
export function KillSwitchCard({ safety, powers, onThrow, onAskOff }: KillSwitchCardProps) {
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
          <Button look="danger" disabled={!powers.mayThrowAll} data-deed="kill_switch" onClick={() => onThrow(KILL)}>
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
            <p className="text-sm">
              {t("killUndo")}{" "}
              <a href="#turn-off" className="font-medium text-accent underline underline-offset-2">
                {t("turnOff.title")}
              </a>
            </p>
          </>
        ) : null}
        {powers.mayThrowAll ? null : <p className="text-sm text-muted">{powers.mayThrow ? t("needsAll") : t("needsRole")}</p>}
      </div>
    </Card>
  );
}
