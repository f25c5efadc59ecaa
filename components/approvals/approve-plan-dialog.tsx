"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { type Given, StepUpDialog } from "../step-up/step-up-dialog";
import type { WaitingPlan } from "./items";
import { signApproval } from "./keys/sign-envelope";
import { useOwnDigest } from "./own-digest";
import { PlanView } from "./plan-view";
import { SignerFields, useKeyWords, useSigner } from "./signer-fields";

interface ApprovePlanDialogProps {
  readonly plan: WaitingPlan;
  /** Who signs: their own address. */
  readonly email: string;
  /** Whether agents know any approver's key. */
  readonly hasTrust: boolean;
  onClose(): void;
}

/** From here on each yes to a plan needs a second factor; the server says so, too. */
const QUORUM = 2;

/** A yes to exactly the plan that is shown, signed where agents want it: should it change meanwhile, the server refuses. */
export function ApprovePlanDialog({ plan, email, hasTrust, onClose }: ApprovePlanDialogProps) {
  const t = useTranslations("approve");
  const words = useKeyWords();
  const key = useRef(newKey());
  const isSame = useOwnDigest(plan.bytes, plan.digest);
  const approver = email.toLowerCase();
  const signer = useSigner(approver);
  const mustSign = plan.needs_signature && hasTrust;
  const needsStepUp = plan.approvals.required >= QUORUM;
  const approve = async ({ reason, show }: Given) => {
    // Signed before a factor is shown: a wrong passphrase costs nothing.
    const signing = mustSign && signer.file ? signApproval(plan.digest, plan.expires_at, signer.file, signer.passphrase) : null;
    const envelope = await signing?.catch((error: unknown) => Promise.reject(words(error)));
    if (needsStepUp) await show(plan.digest);
    const body = { plan_digest: plan.digest, reason, ...(envelope ? { envelope } : {}) };
    await postJson(`/api/ops/plugin-incidents/${plan.id}/approve`, body, key.current);
    key.current = newKey();
  };
  return (
    <StepUpDialog
      title={t("title")}
      look="primary"
      needsStepUp={needsStepUp}
      confirmLabel={mustSign ? t("sign") : t("confirm")}
      reasons={[t("reasons.evidence"), t("reasons.rehearsed")]}
      fields={mustSign ? <SignerFields signer={signer} approver={approver} /> : null}
      hasFields={isSame === true && (!mustSign || signer.isReady)}
      done={t("done")}
      reads={["incident", "approvals"]}
      perform={approve}
      onClose={onClose}
      impact={
        <>
          <PlanView plan={plan} isSame={isSame} />
          <p className="text-sm text-muted">{t("given", { given: plan.approvals.given, required: plan.approvals.required })}</p>
          {plan.needs_signature && !hasTrust ? <p className="rounded-md bg-danger-wash px-3 py-2 text-sm">{t("noTrust")}</p> : null}
        </>
      }
    />
  );
}
