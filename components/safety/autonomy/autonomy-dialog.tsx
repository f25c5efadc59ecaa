"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import type { AutonomyAction } from "@/lib/policy/autonomy/decide-autonomy";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { type Given, StepUpDialog } from "../../step-up/step-up-dialog";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";

/** What somebody is about to order: an action is to be earned, is promoted, or taken away. */
export type AutonomyDeed = {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly action: AutonomyAction;
} & ({ readonly do: "require" | "demote" } | { readonly do: "promote"; readonly digest: string });

interface AutonomyDialogProps {
  readonly deed: AutonomyDeed;
  onDone(): Promise<void>;
  onClose(): void;
}

interface Answer {
  readonly level: string;
}

/** Toward safety one person is enough; a promotion takes effect when a second one orders the same, each with a second factor. */
export function AutonomyDialog({ deed, onDone, onClose }: AutonomyDialogProps) {
  const t = useTranslations("autonomy");
  const tell = useTell();
  const key = useRef(newKey());
  const what = `${deed.tenantName}, ${t(`action.${deed.action}`)}`;
  const isPromotion = deed.do === "promote";
  const order = async (reason: string) => {
    const url = isPromotion ? "/api/ops/policy/autonomy/promote" : "/api/ops/policy/autonomy";
    const { level } = await postJson<Answer>(url, { tenant_id: deed.tenantId, action: deed.action, reason }, key.current);
    key.current = newKey();
    tell(t(isPromotion ? (level === "earned" ? "promoted" : "askedDone") : "demotedDone"));
    await onDone();
  };
  const common = { title: t(`${deed.do}Title`, { what }), impact: <p>{t(`${deed.do}Impact`)}</p>, confirmLabel: t(deed.do), onClose };
  if (deed.do !== "promote")
    return <DangerDialog isOpen {...common} reasons={[t("reasons.doubt"), t("reasons.wish")]} look="danger" onConfirm={order} />;
  const promote = async ({ reason, show }: Given) => {
    await show(deed.digest);
    await order(reason);
  };
  return <StepUpDialog {...common} reasons={[t("reasons.kept"), t("reasons.watched")]} look="primary" perform={promote} />;
}
