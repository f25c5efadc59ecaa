"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "../ui/button";
import { HeldUpList } from "./held-up-list";
import type { SafetyItem, SafetyPowers, SwitchAt, SwitchItem } from "./items";
import { switchName } from "./switch-name";
import { SwitchChip, ThrownBy } from "./switch-state";

/** A stored switch's place, as people call it. */
function placeOf(item: SwitchItem): SwitchAt {
  const merchant = item.tenant_name ?? item.tenant_id ?? "";
  const place =
    item.scope === "global" ? "global" : item.scope === "tenant" ? merchant : `${merchant} ${item.target_name ?? item.target_id}`;
  return { name: item.name, scope: item.scope, tenantId: item.tenant_id, targetId: item.target_id, place };
}

interface SwitchListProps {
  readonly safety: SafetyItem;
  readonly powers: SafetyPowers;
  onThrow(at: SwitchAt): void;
  onAskOff(at: SwitchAt): void;
}

/** The switches that hold for everybody, and below them each narrower one that is on. */
export function SwitchList({ safety, powers, onThrow, onAskOff }: SwitchListProps) {
  const t = useTranslations("safety");
  const narrower = safety.items.filter((item) => item.on && item.scope !== "global");
  return (
    <ul className="divide-y divide-hairline">
      {safety.names.slice(1).map((name) => {
        const item = safety.items.find((stored) => stored.name === name && stored.scope === "global");
        const at: SwitchAt = { name, scope: "global", tenantId: null, targetId: null, place: "global" };
        return (
          <Row key={name} title={switchName(t, name)} place={t("everywhere")} item={item ?? null}>
            <Act isOn={item?.on ?? false} mayThrow={powers.mayThrowAll} onThrow={() => onThrow(at)} onAskOff={() => onAskOff(at)} />
          </Row>
        );
      })}
      {narrower.map((item) => {
        const at = placeOf(item);
        const isKnown = (safety.names as readonly string[]).includes(item.name);
        return (
          <Row key={item.id} title={switchName(t, item.name)} place={at.place} item={item}>
            <Act isOn mayThrow={powers.mayThrow && isKnown} onThrow={() => onThrow(at)} onAskOff={() => onAskOff(at)} />
          </Row>
        );
      })}
    </ul>
  );
}

function Row({ title, place, item, children }: { title: string; place: string; item: SwitchItem | null; children: ReactNode }) {
  const t = useTranslations("safety");
  const wider = item?.effective.from.find(({ name, scope }) => name === item.name && scope !== item.scope);
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <SwitchChip isOn={item?.on ?? false} />
        <span className="font-medium">{title}</span>
        <span className="text-sm text-muted">{place}</span>
        <span className="ml-auto">{children}</span>
      </div>
      {item?.on ? (
        <>
          <ThrownBy by={item.set_by} at={item.set_at} reason={item.reason} />
          {wider ? <p className="text-sm text-muted">{t("inherited", { scope: t(`scope.${wider.scope}`) })}</p> : null}
          <HeldUpList heldUp={item.held_up} />
        </>
      ) : null}
    </li>
  );
}

interface ActProps {
  readonly isOn: boolean;
  readonly mayThrow: boolean;
  onThrow(): void;
  onAskOff(): void;
}

function Act({ isOn, mayThrow, onThrow, onAskOff }: ActProps) {
  const t = useTranslations("safety");
  return isOn ? (
    <Button disabled={!mayThrow} onClick={onAskOff}>
      {t("askOff")}
    </Button>
  ) : (
    <Button disabled={!mayThrow} onClick={onThrow}>
      {t("turnOnShort")}
    </Button>
  );
}
