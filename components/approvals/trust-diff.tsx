"use client";

import { useTranslations } from "next-intl";
import type { TrustedKey, WaitingTrust } from "./items";
import { OwnDigest, useOwnDigest } from "./own-digest";

const SIGNS = { added: "+", gone: "−", kept: "=" } as const;

/** Keys that a document adds, takes away and keeps. */
function linesOf({ document, before }: WaitingTrust): { readonly key: TrustedKey; readonly state: keyof typeof SIGNS }[] {
  const old = before?.approver_keys ?? [];
  const has = (keys: readonly TrustedKey[], { keyid }: TrustedKey) => keys.some((key) => key.keyid === keyid);
  return [
    ...old.filter((key) => !has(document.approver_keys, key)).map((key) => ({ key, state: "gone" as const })),
    ...document.approver_keys.map((key) => ({ key, state: has(old, key) ? ("kept" as const) : ("added" as const) })),
  ];
}

/** Who may approve from then on, against who may now. */
export function TrustDiff({ trust }: { readonly trust: WaitingTrust }) {
  const t = useTranslations("approvals.trust");
  const isSame = useOwnDigest(trust.bytes, trust.digest);
  return (
    <div className="grid gap-2 text-sm">
      <p>
        {t("version", { version: trust.document.version })} · {t("threshold", { count: trust.document.threshold })}
        {trust.before && trust.before.threshold !== trust.document.threshold
          ? ` (${t("before", { count: trust.before.threshold })})`
          : null}
      </p>
      <ul className="grid gap-1">
        {linesOf(trust).map(({ key, state }) => (
          <li key={key.keyid} className="min-w-0 break-words">
            <span aria-hidden="true" className="font-mono">
              {SIGNS[state]}{" "}
            </span>
            <span className="sr-only">{t(state)} </span>
            {state === "gone" ? <del>{key.approver}</del> : key.approver}{" "}
            <span className="font-mono text-xs break-all text-muted">{key.keyid}</span>
          </li>
        ))}
      </ul>
      <OwnDigest digest={trust.digest} isSame={isSame} />
    </div>
  );
}
