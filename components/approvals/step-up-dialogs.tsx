"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { type Guarded, GuardedDialog } from "../safety/guarded-dialog";
import { RequestDiff } from "../safety/request-diff";
import { whoName } from "../safety/switch-name";
import { useStepUp } from "../safety/use-step-up";
import { useTell } from "../ui/toaster";
import type { WaitingKey, WaitingSwitch } from "./items";

/** A second person says whose key this is. */
export function VouchDialog({ item, onClose }: { readonly item: WaitingKey; onClose(): void }) {
  const t = useTranslations("approvals.vouch");
  const client = useQueryClient();
  const tell = useTell();
  const stepUp = useStepUp();
  const vouch = async ({ reason, code }: Guarded) => {
    await stepUp(item.digest, code);
    await postJson(`/api/ops/approvals/keys/${item.id}/vouch`, { keyid: item.keyid, reason }, newKey());
    tell(t("done"));
    await client.invalidateQueries({ queryKey: ["approvals"] });
  };
  return (
    <GuardedDialog
      isOpen
      title={t("title")}
      look="primary"
      needsCode
      confirmLabel={t("confirm")}
      reasons={[t("reasons.telephone"), t("reasons.person")]}
      onConfirm={vouch}
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

/** The second person's yes to turning a switch off. */
export function AgreeSwitchDialog({ item, onClose }: { readonly item: WaitingSwitch; onClose(): void }) {
  const t = useTranslations("safety.request");
  const client = useQueryClient();
  const tell = useTell();
  const stepUp = useStepUp();
  const agree = async ({ reason, code }: Guarded) => {
    await stepUp(item.digest, code);
    await postJson(`/api/ops/switches/requests/${item.id}/approve`, { digest: item.digest, reason }, newKey());
    tell(t("done"));
    await Promise.all(["approvals", "switches", "safety"].map((read) => client.invalidateQueries({ queryKey: [read] })));
  };
  return (
    <GuardedDialog
      isOpen
      title={t("approveTitle")}
      needsCode
      confirmLabel={t("approve")}
      reasons={[t("reasons.checked"), t("reasons.agreed")]}
      onConfirm={agree}
      onClose={onClose}
      impact={
        <>
          <p>{t("approveImpact", { who: whoName(item.requested_by) })}</p>
          <RequestDiff request={item} />
        </>
      }
    />
  );
}
