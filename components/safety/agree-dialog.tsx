"use client";

import { useTranslations } from "next-intl";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { StepUpDialog } from "../step-up/step-up-dialog";
import type { RequestItem } from "./items";
import { RequestDiff } from "./request-diff";
import { whoName } from "./switch-name";

/** What a yes does, as its button says it: a key of the messages. */
export function yesOf({ document }: Pick<RequestItem, "document">): "approve" | "agree" {
  return document.do === "switch_off" ? "approve" : "agree";
}

/** The second person's yes to turning a switch off: to exactly the digest that is shown. */
export function AgreeDialog({ request, onClose }: { readonly request: RequestItem; onClose(): void }) {
  const t = useTranslations("safety.request");
  return (
    <StepUpDialog
      title={t("approveTitle")}
      confirmLabel={t(yesOf(request))}
      reasons={[t("reasons.checked"), t("reasons.agreed")]}
      done={t("done")}
      reads={["approvals", "switches", "safety", "calendars"]}
      perform={async ({ reason, show }) => {
        await show(request.digest);
        await postJson(`/api/ops/switches/requests/${request.id}/approve`, { digest: request.digest, reason }, newKey());
      }}
      onClose={onClose}
      impact={
        <>
          <p>{t("approveImpact", { who: whoName(request.requested_by) })}</p>
          <RequestDiff request={request} />
        </>
      }
    />
  );
}
