"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { FiguresTable } from "../../sira/figures-table";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { DangerDialog } from "../../ui/danger-dialog";
import { RelativeTime } from "../../ui/relative-time";
import { useTell } from "../../ui/toaster";
import type { ReleaseList } from "./items";

interface ReleaseSetsProps {
  readonly releases: ReleaseList;
  readonly mayAct: boolean;
  onDone(): void;
}

/** Versions that ran together, and the way back to a set that ran well. */
export function ReleaseSets({ releases: { items, rollbacks }, mayAct, onDone }: ReleaseSetsProps) {
  const t = useTranslations("snapshots");
  const tell = useTell();
  const [target, setTarget] = useState<string | null>(null);
  const versions = (modules: ReleaseList["items"][number]["modules"]) =>
    Object.entries(modules)
      .map(([key, { version }]) => `${key} ${version}`)
      .join(" · ");
  const send = async (reason: string) => {
    await postJson(`/api/ops/module-releases/${target}/rollback`, { reason }, newKey());
    tell(t("rollbackTold"));
    onDone();
  };
  return (
    <Card labelId="sets" title={t("sets")}>
      {items.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("noSets")}</p>
      ) : (
        <FiguresTable
          isStacked
          isWords
          caption={t("sets")}
          heads={[t("since"), t("state"), t("versions"), t("deed")]}
          rows={items.map((item) => ({
            key: item.id,
            cells: [
              <RelativeTime key="at" at={item.seen_at} />,
              item.ended_at === null ? t("runsNow", { state: t(`set.${item.status}`) }) : t(`set.${item.status}`),
              `Center ${item.center_version} · ${versions(item.modules)}`,
              mayAct && item.status === "validated" ? (
                <Button key="back" onClick={() => setTarget(item.id)}>
                  {t("goBack")}
                </Button>
              ) : (
                "–"
              ),
            ],
          }))}
        />
      )}
      {rollbacks.map(({ id, status, reason, modules }) => (
        <p key={id} className="border-t border-hairline px-4 py-3 text-sm">
          {t(`rollback.${status}`)}: {reason} ·{" "}
          {modules.map((one) => `${one.module_key} ${one.from} → ${one.to} (${t(`item.${one.status}`)})`).join(" · ")}
        </p>
      ))}
      <DangerDialog
        isOpen={target !== null}
        title={t("goBack")}
        impact={<p>{t("goBackImpact")}</p>}
        reasons={[t("reasons.release"), t("reasons.wrong")]}
        confirmLabel={t("goBack")}
        onConfirm={send}
        onClose={() => setTarget(null)}
      />
    </Card>
  );
}
