"use client";

import { useQueryClient } from "@tanstack/react-query";
import { KeyRound, Unplug } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { StepUpDialog } from "../../step-up/step-up-dialog";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { DangerDialog } from "../../ui/danger-dialog";
import type { PluginDetail } from "./items";
import { SecretOnce } from "./secret-once";

interface AccessCardProps {
  readonly plugin: PluginDetail;
  readonly overlapHours: number;
  readonly mayWrite: boolean;
}

/** A plugin's secret: a new one, or the end of it. */
export function AccessCard({ plugin, overlapHours, mayWrite }: AccessCardProps) {
  const t = useTranslations("plugin.access");
  const client = useQueryClient();
  const [open, setOpen] = useState<"rotate" | "revoke" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const key = useRef(newKey());
  const order = async (what: "rotate-secret" | "revoke", reason: string): Promise<{ secret?: string }> => {
    const answer = await postJson<{ secret?: string }>(`/api/ops/plugins/${plugin.id}/${what}`, { reason }, key.current);
    key.current = newKey();
    await Promise.all(["plugins", "fleet"].map((name) => client.invalidateQueries({ queryKey: [name] })));
    return answer;
  };
  const isRevoked = plugin.status === "revoked";
  return (
    <Card labelId="access" title={t("title")}>
      <div className="grid gap-3 p-4">
        <p className="text-sm text-muted">{isRevoked ? t("revoked") : mayWrite ? t("lead", { hours: overlapHours }) : t("needsRole")}</p>
        {isRevoked ? null : (
          <div className="flex flex-wrap gap-2">
            <Button disabled={!mayWrite} onClick={() => setOpen("rotate")}>
              <KeyRound aria-hidden="true" className="size-4" />
              {t("rotate")}
            </Button>
            <Button disabled={!mayWrite} onClick={() => setOpen("revoke")} className="text-danger">
              <Unplug aria-hidden="true" className="size-4" />
              {t("revoke")}
            </Button>
          </div>
        )}
      </div>
      <DangerDialog
        isOpen={open === "rotate"}
        title={t("rotateTitle")}
        look="primary"
        impact={<p>{t("rotateImpact", { merchant: plugin.tenant_name, hours: overlapHours })}</p>}
        reasons={[t("reasons.routine"), t("reasons.leaked")]}
        confirmLabel={t("rotate")}
        onConfirm={async (reason) => setSecret((await order("rotate-secret", reason)).secret ?? null)}
        onClose={() => setOpen(null)}
      />
      {open === "revoke" ? (
        <StepUpDialog
          needsStepUp={false}
          title={t("revokeTitle")}
          impact={<p>{t("revokeImpact", { merchant: plugin.tenant_name })}</p>}
          reasons={[t("reasons.closed"), t("reasons.leaked")]}
          typed={plugin.tenant_slug}
          confirmLabel={t("revoke")}
          done={t("done")}
          perform={({ reason }) => order("revoke", reason)}
          onClose={() => setOpen(null)}
        />
      ) : null}
      <SecretOnce made={secret === null ? null : { pluginId: plugin.id, secret }} onClose={() => setSecret(null)} />
    </Card>
  );
}
