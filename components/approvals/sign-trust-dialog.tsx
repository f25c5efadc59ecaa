"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { GuardedDialog } from "../safety/guarded-dialog";
import { useStepUp } from "../safety/use-step-up";
import { useTell } from "../ui/toaster";
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
  const client = useQueryClient();
  const tell = useTell();
  const stepUp = useStepUp();
  const approver = email.toLowerCase();
  const signer = useSigner(approver);
  const isSame = useOwnDigest(trust.bytes, trust.digest);
  const sign = async ({ code }: { code: string }) => {
    if (!signer.file) return;
    const envelope = await signTrust(fromBase64(trust.bytes), signer.file, signer.passphrase).catch((error: unknown) =>
      Promise.reject(words(error)),
    );
    await stepUp(trust.digest, code);
    await postJson(`/api/ops/approvals/trust/${trust.id}/sign`, { digest: trust.digest, envelope }, newKey());
    tell(t("done"));
    await client.invalidateQueries({ queryKey: ["approvals"] });
  };
  return (
    <GuardedDialog
      isOpen
      title={t("title")}
      look="primary"
      needsCode
      confirmLabel={t("sign")}
      reasons={[t("reasons.compared"), t("reasons.agreed")]}
      fields={<SignerFields signer={signer} approver={approver} />}
      hasFields={isSame === true && signer.isReady}
      onConfirm={sign}
      onClose={onClose}
      impact={<TrustDiff trust={trust} />}
    />
  );
}
