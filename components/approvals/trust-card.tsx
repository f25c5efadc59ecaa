"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { DangerDialog } from "../ui/danger-dialog";
import { useTell } from "../ui/toaster";
import type { Inbox } from "./items";

/** Whose signatures agents count now, and the way to change that. */
export function TrustCard({ trust, mayPropose }: { readonly trust: Inbox["trust"]; readonly mayPropose: boolean }) {
  const t = useTranslations("approvals.trust");
  const client = useQueryClient();
  const tell = useTell();
  const [isOpen, setIsOpen] = useState(false);
  const propose = async (reason: string) => {
    await postJson("/api/ops/approvals/trust", { reason }, newKey());
    tell(t("proposed"));
    await client.invalidateQueries({ queryKey: ["approvals"] });
  };
  const button = (
    <Button disabled={!mayPropose} onClick={() => setIsOpen(true)}>
      {t("propose")}
    </Button>
  );
  return (
    <Card labelId="trust" title={t("card")} aside={button}>
      <div className="grid gap-2 px-4 py-3 text-sm">
        {trust ? (
          <>
            <p>
              {t("version", { version: trust.version })} · {t("threshold", { count: trust.threshold })}
            </p>
            <ul className="grid gap-1">
              {trust.approver_keys.map(({ keyid, approver }) => (
                <li key={keyid} className="min-w-0 break-words">
                  {approver} <span className="font-mono text-xs break-all text-muted">{keyid}</span>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <p className="text-muted">{t("none")}</p>
        )}
        <p className="text-muted">{t("byHand")}</p>
      </div>
      <DangerDialog
        isOpen={isOpen}
        title={t("propose")}
        look="primary"
        impact={<p>{t("proposeImpact")}</p>}
        reasons={[t("reasons.joined"), t("reasons.left")]}
        confirmLabel={t("propose")}
        onConfirm={propose}
        onClose={() => setIsOpen(false)}
      />
    </Card>
  );
}
