"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { HealActionItem } from "@/lib/modules/healing/heal-action-item";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";

type Deed = "approve" | "cancel";

/** What a person can do about an action: agree to what Center only suggests, stop it, or have it taken back. */
export function HealDeeds({ action, onDone }: { action: HealActionItem; onDone(): void }) {
  const t = useTranslations("healing");
  const tell = useTell();
  const [deed, setDeed] = useState<Deed | null>(null);
  if (!action.may_approve && !action.may_cancel) return null;
  const wording = deed === "approve" ? "approve" : action.state === "holding" ? "takeBack" : "cancel";
  const send = async (reason: string) => {
    await postJson(`/api/ops/heal-actions/${action.id}/${deed}`, { reason }, newKey());
    tell(t(`${wording}Told`));
    onDone();
  };
  return (
    <div className="flex flex-wrap gap-2">
      {action.may_approve ? (
        <Button look="primary" onClick={() => setDeed("approve")}>
          {t("approve", { action: action.action })}
        </Button>
      ) : null}
      {action.may_cancel ? (
        <Button onClick={() => setDeed("cancel")}>
          {t(action.state === "holding" ? "takeBack" : "cancel", { action: action.action })}
        </Button>
      ) : null}
      <DangerDialog
        isOpen={deed !== null}
        title={t(wording, { action: action.action })}
        impact={<p>{t(`${wording}Impact`, { module: action.module_key })}</p>}
        reasons={[t("reasons.looked"), t("reasons.window")]}
        confirmLabel={t(wording, { action: action.action })}
        look={deed === "approve" ? "primary" : "danger"}
        onConfirm={send}
        onClose={() => setDeed(null)}
      />
    </div>
  );
}
