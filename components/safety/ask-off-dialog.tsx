"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { type Given, StepUpDialog } from "../step-up/step-up-dialog";
import type { SwitchAt } from "./items";
import { switchName } from "./switch-name";
import { bodyOf } from "./throw-dialog";

/** Away from safety: a reason, the place typed, a second factor, and then a second person. Nothing changes by this. */
export function AskOffDialog({ at, onClose }: { at: SwitchAt | null; onClose: () => void }) {
  const t = useTranslations("safety");
  /** A wrong code leaves the request where it is: the next try is about the same one. */
  const asked = useRef<{ reason: string; at: SwitchAt; digest: string } | null>(null);
  if (!at) return null;
  const name = switchName(t, at.name);
  const ask = async ({ reason, show }: Given) => {
    if (asked.current?.reason !== reason || asked.current.at !== at) {
      const { digest } = await postJson<{ digest: string }>("/api/ops/switches", { ...bodyOf(at), on: false, reason }, newKey());
      asked.current = { reason, at, digest };
    }
    await show(asked.current.digest);
  };
  return (
    <StepUpDialog
      title={t("turnOffTitle", { name })}
      impact={<p>{t("offImpact")}</p>}
      reasons={[t("reasons.over"), t("reasons.drill")]}
      typed={at.place}
      confirmLabel={t("askOff")}
      done={t("asked", { name })}
      reads={["safety"]}
      perform={ask}
      onClose={onClose}
    />
  );
}
