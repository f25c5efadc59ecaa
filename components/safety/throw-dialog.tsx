"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { DangerDialog } from "../ui/danger-dialog";
import { useTell } from "../ui/toaster";
import type { SwitchAt } from "./items";
import { switchName } from "./switch-name";

/** A switch at its place, as the API takes it. */
export function bodyOf({ name, scope, tenantId, targetId }: SwitchAt) {
  return {
    name,
    scope,
    ...(scope === "tenant" ? { tenant_id: tenantId } : {}),
    ...(scope === "plugin" || scope === "module" ? { target_id: targetId } : {}),
  };
}

/** Toward safety: one dialog, one person, a reason. */
export function ThrowDialog({ at, onClose }: { at: SwitchAt | null; onClose: () => void }) {
  const t = useTranslations("safety");
  const client = useQueryClient();
  const tell = useTell();
  const key = useRef(newKey());
  if (!at) return null;
  const name = switchName(t, at.name);
  const turnOn = async (reason: string) => {
    await postJson("/api/ops/switches", { ...bodyOf(at), on: true, reason }, key.current);
    key.current = newKey();
    tell(t("turnedOn", { name }));
    await Promise.all(["switches", "safety"].map((read) => client.invalidateQueries({ queryKey: [read] })));
  };
  return (
    <DangerDialog
      isOpen
      title={t("turnOnTitle", { name })}
      impact={
        <div className="grid gap-1.5">
          <p>{t(at.name === "kill_switch" ? "impact.kill_switch" : at.name === "safe_mode" ? "impact.safe_mode" : "impact.auto_heal")}</p>
          <p className="text-sm text-muted">{t("reach", { place: at.place })}</p>
        </div>
      }
      reasons={[t("reasons.harm"), t("reasons.unclear")]}
      confirmLabel={t("turnOn", { name })}
      onConfirm={turnOn}
      onClose={onClose}
    />
  );
}
