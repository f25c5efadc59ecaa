"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { useTell } from "../ui/toaster";
import { GuardedDialog } from "./guarded-dialog";
import type { SwitchAt } from "./items";
import { switchName } from "./switch-name";
import { bodyOf } from "./throw-dialog";
import { useStepUp } from "./use-step-up";

/** Away from safety: a reason, the place typed, a code, and then a second person. Nothing changes by this. */
export function AskOffDialog({ at, hasFactor, onClose }: { at: SwitchAt | null; hasFactor: boolean; onClose: () => void }) {
  const t = useTranslations("safety");
  const client = useQueryClient();
  const tell = useTell();
  const stepUp = useStepUp();
  /** A wrong code leaves the request where it is: the next try is about the same one. */
  const asked = useRef<{ reason: string; at: SwitchAt; digest: string } | null>(null);
  if (!at) return null;
  const name = switchName(t, at.name);
  const ask = async ({ reason, code }: { reason: string; code: string }) => {
    if (asked.current?.reason !== reason || asked.current.at !== at) {
      const { digest } = await postJson<{ digest: string }>("/api/ops/switches", { ...bodyOf(at), on: false, reason }, newKey());
      asked.current = { reason, at, digest };
    }
    await stepUp(asked.current.digest, code);
    tell(t("asked", { name }));
    await client.invalidateQueries({ queryKey: ["safety"] });
  };
  return (
    <GuardedDialog
      isOpen
      title={t("turnOffTitle", { name })}
      impact={
        <>
          <p>{t("offImpact")}</p>
          {hasFactor ? null : <p className="rounded-md bg-danger-wash px-3 py-2 text-sm">{t("factor.needed")}</p>}
        </>
      }
      reasons={[t("reasons.over"), t("reasons.drill")]}
      typed={at.place}
      needsCode
      confirmLabel={t("askOff")}
      onConfirm={ask}
      onClose={onClose}
    />
  );
}
