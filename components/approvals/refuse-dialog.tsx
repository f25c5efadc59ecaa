"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { DangerDialog } from "../ui/danger-dialog";
import { useTell } from "../ui/toaster";
import type { WaitingItem } from "./items";

/** Where a no goes, and what it says besides its reason. */
function orderOf(item: WaitingItem): { readonly url: string; readonly body: object } {
  switch (item.kind) {
    case "plan":
      return { url: `/api/ops/plugin-incidents/${item.id}/refuse`, body: { plan_digest: item.digest } };
    case "trust":
      return { url: `/api/ops/approvals/trust/${item.id}/refuse`, body: {} };
    case "key":
      return { url: `/api/ops/approvals/keys/${item.id}/revoke`, body: {} };
    case "switch":
      return { url: `/api/ops/switches/requests/${item.id}/decline`, body: {} };
  }
}

/** A no with its reason; it leads toward safety, so one person is enough. */
export function RefuseDialog({ item, onClose }: { readonly item: WaitingItem; onClose(): void }) {
  const t = useTranslations("approvals");
  const safety = useTranslations("safety.request");
  const client = useQueryClient();
  const tell = useTell();
  const key = useRef(newKey());
  const refuse = async (reason: string) => {
    const { url, body } = orderOf(item);
    await postJson(url, { ...body, reason }, key.current);
    tell(t("refused"));
    await Promise.all(["approvals", "incident", "safety", "calendars"].map((read) => client.invalidateQueries({ queryKey: [read] })));
  };
  return (
    <DangerDialog
      isOpen
      title={t("refuseTitle")}
      impact={
        <p>{item.kind === "switch" && item.document.do !== "switch_off" ? safety("declineOther") : t(`refuseImpact.${item.kind}`)}</p>
      }
      reasons={[t("reasons.early"), t("reasons.unclear")]}
      confirmLabel={t("refuse")}
      onConfirm={refuse}
      onClose={onClose}
    />
  );
}
