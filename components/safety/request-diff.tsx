"use client";

import { useTranslations } from "next-intl";
import type { Loosening } from "@/lib/approvals/types";
import { AbsoluteTime } from "../ui/relative-time";
import type { RequestItem } from "./items";
import { switchName } from "./switch-name";

/** What would be different, line by line. */
function linesOf(
  document: Loosening,
  name: (name: string) => string,
  words: { on: string; off: string },
): { what: string; before: string | null; after: string }[] {
  if (document.do === "switch_off") {
    const place = document.scope === "global" ? "global" : `${document.scope} ${document.target_id ?? document.tenant_id}`;
    return [{ what: `${name(document.switch)} (${place})`, before: words.on, after: words.off }];
  }
  return Object.entries(document.changes).map(([what, after]) => ({
    what,
    before: what === "autopatch_enabled" ? "false" : null,
    after: JSON.stringify(after),
  }));
}

/** Exactly what is agreed to: the difference it makes, its digest, and what it is bound to. */
export function RequestDiff({ request }: { request: RequestItem }) {
  const t = useTranslations("safety");
  const { document } = request;
  const lines = linesOf(document, (name) => switchName(t, name), { on: t("on"), off: t("off") });
  return (
    <div className="grid gap-2 rounded-md border border-hairline p-3 text-sm">
      <ul className="grid gap-1">
        {lines.map(({ what, before, after }) => (
          <li key={what} className="flex flex-wrap gap-x-2 break-words">
            <span className="font-medium">{what}</span>
            {before === null ? null : (
              <>
                <del className="text-danger">{before}</del>
                <span aria-hidden="true">→</span>
              </>
            )}
            <ins className="no-underline">{after}</ins>
          </li>
        ))}
      </ul>
      <dl className="grid gap-x-3 gap-y-1 sm:grid-cols-[auto_1fr]">
        <dt className="text-muted">{t("request.digest")}</dt>
        <dd className="font-mono text-xs break-all">{request.digest}</dd>
        <dt className="text-muted">{t("request.boundTo")}</dt>
        <dd>{t("request.policy", { version: document.policy_version })}</dd>
        <dt className="text-muted">{t("request.proof")}</dt>
        <dd>{t(`request.proofs.${request.requester_proof}`)}</dd>
        <dt className="text-muted">{t("request.expires")}</dt>
        <dd>
          <AbsoluteTime at={request.expires_at} />
        </dd>
      </dl>
    </div>
  );
}
