"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { VersionChange } from "../attempts/version-change";
import { postJson } from "../live/fetch-json";
import type { IncidentDetail, PluginItem } from "../live/items";
import { newKey } from "../live/new-key";
import { DangerDialog } from "../ui/danger-dialog";
import { useTell } from "../ui/toaster";

interface RollBackDialogProps {
  readonly isOpen: boolean;
  readonly incident: IncidentDetail;
  readonly plugin: PluginItem | null;
  readonly merchant: string;
  onClose(): void;
}

/** Back to the last version that was well at this merchant. */
export function RollBackDialog({ isOpen, incident, plugin, merchant, onClose }: RollBackDialogProps) {
  const t = useTranslations("rollBack");
  const client = useQueryClient();
  const tell = useTell();
  const key = useRef(newKey());
  const target = plugin?.last_good_version ?? null;
  const running = plugin?.running_version ?? plugin?.version ?? null;
  const rollBack = async (reason: string) => {
    const body = { action: "rollback", params: target === null ? {} : { to_version: target }, reason };
    await postJson(`/api/ops/plugin-incidents/${incident.id}/manual-action`, body, key.current);
    key.current = newKey();
    tell(t("done"));
    await Promise.all(["incident", "attempts"].map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  return (
    <DangerDialog
      isOpen={isOpen}
      title={t("title")}
      confirmLabel={t("confirm", { merchant })}
      reasons={[t("reasons.worse"), t("reasons.safe")]}
      onConfirm={rollBack}
      onClose={onClose}
      impact={
        <div className="grid gap-1.5">
          <p>{t("impact", { merchant })}</p>
          <p>{target === null ? t("lastGood") : <VersionChange from={running} to={target} />}</p>
        </div>
      }
    />
  );
}
