"use client";

import { useTranslations } from "next-intl";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { StepUpDialog } from "../step-up/step-up-dialog";
import type { WaitingKey } from "./items";

/** A second person says whose key this is. */
export function VouchDialog({ item, onClose }: { readonly item: WaitingKey; onClose(): void }) {
  const t = useTranslations("approvals.vouch");
  return (
    <StepUpDialog
      title={t("title")}
      look="primary"
      confirmLabel={t("confirm")}
      reasons={[t("reasons.telephone"), t("reasons.person")]}
      done={t("done")}
      reads={["approvals"]}
      perform={async ({ reason, show }) => {
        await show(item.digest);
        await postJson(`/api/ops/approvals/keys/${item.id}/vouch`, { keyid: item.keyid, reason }, newKey());
      }}
      onClose={onClose}
      impact={
        <>
          <p className="text-sm">{t("impact", { who: item.approver })}</p>
          <p className="font-mono text-sm break-all">{item.keyid.match(/.{1,8}/g)?.join(" ")}</p>
        </>
      }
    />
  );
}
