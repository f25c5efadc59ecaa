"use client";

import { useTranslations } from "next-intl";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { StepUpDialog } from "../../step-up/step-up-dialog";
import type { SnapshotItem } from "./items";

/** Puts what a tenant had back: by a second factor for exactly what is in this snapshot. */
export function RestoreDialog({ snapshot, tenant, onClose }: { snapshot: SnapshotItem; tenant: string; onClose(): void }) {
  const t = useTranslations("snapshots");
  const module = snapshot.module_key ?? t("center");
  return (
    <StepUpDialog
      title={t("restoreTitle", { tenant, module })}
      confirmLabel={t("restore")}
      reasons={[t("reasons.damaged"), t("reasons.wrong")]}
      done={t("restoreBegan")}
      reads={["snapshots"]}
      perform={async ({ reason, show }) => {
        await show(snapshot.restore_digest ?? "");
        await postJson(`/api/ops/snapshots/${snapshot.id}/restore`, { reason }, newKey());
      }}
      onClose={onClose}
      impact={<p>{t("restoreImpact", { tenant, module, rows: snapshot.rows })}</p>}
    />
  );
}
