"use client";

import { useTranslations } from "next-intl";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { type Given, StepUpDialog } from "../step-up/step-up-dialog";
import type { WaitingTrust } from "./items";
import { fromBase64 } from "./keys/bytes";
import { signTrust } from "./keys/sign-envelope";
import { useOwnDigest } from "./own-digest";
import { SignerFields, useKeyWords, useSigner } from "./signer-fields";
import { TrustDiff } from "./trust-diff";

/** An approver signs who may approve from now on: exactly the bytes that are shown. */
export function SignTrustDialog({ trust, email, onClose }: { readonly trust: WaitingTrust; readonly email: string; onClose(): void }) {
  const t = useTranslations("approvals.trust");
  const words = useKeyWords();
  const approver = email.toLowerCase();
  const signer = useSigner(approver);
  const isSame = useOwnDigest(trust.bytes, trust.digest);
  const sign = async ({ show }: Given) => {
    if (!signer.file) return;
    // Signed before a factor is shown: a wrong passphrase costs nothing.
    const envelope = await signTrust(fromBase64(trust.bytes), signer.file, signer.passphrase).catch((error: unknown) =>
      Promise.reject(words(error)),
    );
    await show(trust.digest);
    await postJson(`/api/ops/approvals/trust/${trust.id}/sign`, { digest: trust.digest, envelope }, newKey());
  };
  return (
    <StepUpDialog
      title={t("title")}
      look="primary"
      confirmLabel={t("sign")}
      reasons={[t("reasons.compared"), t("reasons.agreed")]}
      fields={<SignerFields signer={signer} approver={approver} />}
      hasFields={isSame === true && signer.isReady}
      done={t("done")}
      reads={["approvals"]}
      perform={sign}
      onClose={onClose}
      impact={<TrustDiff trust={trust} />}
    />
  );
}
