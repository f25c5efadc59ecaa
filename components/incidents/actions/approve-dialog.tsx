"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { postJson } from "../../live/fetch-json";
import type { IncidentDetail } from "../../live/items";
import { newKey } from "../../live/new-key";
import { GuardedDialog } from "../../safety/guarded-dialog";
import { useStepUp } from "../../safety/use-step-up";
import { useTell } from "../../ui/toaster";

interface ApproveDialogProps {
  readonly isOpen: boolean;
  readonly incident: IncidentDetail;
  readonly merchant: string;
  onClose(): void;
}

/** From here on each signature of a plan needs a second factor; the server says so, too. */
const QUORUM = 2;

/** A yes to exactly the plan that is shown: should it change meanwhile, the server refuses. */
export function ApproveDialog({ isOpen, incident, merchant, onClose }: ApproveDialogProps) {
  const t = useTranslations("approve");
  const sira = useTranslations("sira");
  const client = useQueryClient();
  const tell = useTell();
  const key = useRef(newKey());
  const decision = incident.sira_decision;
  const stepUp = useStepUp();
  const needsCode = incident.approvals.required >= QUORUM;
  const approve = async ({ reason, code }: { reason: string; code: string }) => {
    if (needsCode && incident.plan_digest) await stepUp(incident.plan_digest, code);
    const body = { plan_digest: incident.plan_digest, reason };
    await postJson(`/api/ops/plugin-incidents/${incident.id}/approve`, body, key.current);
    key.current = newKey();
    tell(t("done"));
    await client.invalidateQueries({ queryKey: ["incident"] });
  };
  return (
    <GuardedDialog
      isOpen={isOpen}
      title={t("title")}
      look="primary"
      needsCode={needsCode}
      confirmLabel={t("confirm")}
      reasons={[t("reasons.evidence"), t("reasons.rehearsed")]}
      onConfirm={approve}
      onClose={onClose}
      impact={
        <dl className="grid gap-1.5">
          <div>
            <dt className="text-sm text-muted">{t("what")}</dt>
            <dd className="font-medium">
              {decision ? sira(`action.${decision.action}`) : "–"} <span className="font-mono">{decision?.patch_version}</span> · {merchant}
            </dd>
          </div>
          <div>
            <dt className="text-sm text-muted">{t("plan")}</dt>
            <dd className="font-mono text-xs break-all">{incident.plan_digest}</dd>
          </div>
          <div>
            <dt className="text-sm text-muted">{t("signatures")}</dt>
            <dd>{t("count", { given: incident.approvals.given, required: incident.approvals.required })}</dd>
          </div>
        </dl>
      }
    />
  );
}
