"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { VersionChange } from "../../attempts/version-change";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";
import type { WayBack } from "./way-back";

interface RollBackDialogProps {
  readonly isOpen: boolean;
  readonly incidentId: string;
  readonly way: WayBack;
  readonly merchant: string;
  onClose(): void;
}

/** Back to the version before a change under way, or to the last one that was well at this merchant. */
export function RollBackDialog({ isOpen, incidentId, way, merchant, onClose }: RollBackDialogProps) {
  const t = useTranslations("rollBack");
  const client = useQueryClient();
  const tell = useTell();
  const key = useRef(newKey());
  const rollBack = async (reason: string) => {
    const body = { action: "rollback", params: way.isCallBack ? {} : { version: way.to }, reason };
    await postJson(`/api/ops/plugin-incidents/${incidentId}/manual-action`, body, key.current);
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
          <p>{way.isCallBack ? t("callBack", { merchant }) : t("impact", { merchant })}</p>
          <p>
            <VersionChange from={way.from} to={way.to} />
          </p>
        </div>
      }
    />
  );
}
