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
import type { BlockItem } from "./items";

interface BlocksCardProps {
  readonly blocks: readonly BlockItem[];
  readonly mayLift: boolean;
  onLifted(): void;
}

/** What is closed, by whom and why; opening it again is asked here and agreed to by somebody else. */
export function BlocksCard({ blocks, mayLift, onLifted }: BlocksCardProps) {
  const t = useTranslations("scanner");
  const tell = useTell();
  const [chosen, setChosen] = useState<BlockItem | null>(null);
  const lift = async (reason: string) => {
    await postJson(`/api/ops/scanner/blocks/${chosen?.id}/lift`, { reason }, newKey());
    tell(t("asked"));
    onLifted();
  };
  const rows = blocks.map((block) => ({
    key: block.id,
    cells: [
      <span key="target" className="font-mono break-all">
        {block.target}
      </span>,
      t(`kinds.${block.kind}`),
      block.reason,
      block.set_by,
      <RelativeTime key="at" at={block.set_at} />,
      mayLift ? (
        <Button key="lift" onClick={() => setChosen(block)}>
          {t("lift")}
        </Button>
      ) : (
        "–"
      ),
    ],
  }));
  return (
    <Card labelId="blocks" title={t("blocks")}>
      {rows.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("noBlocks")}</p>
      ) : (
        <FiguresTable isStacked caption={t("blocks")} heads={[t("target"), t("kind"), t("why"), t("by"), t("at"), t("lift")]} rows={rows} />
      )}
      <DangerDialog
        isOpen={chosen !== null}
        title={t("liftTitle", { target: chosen?.target ?? "" })}
        impact={<p>{t("liftImpact")}</p>}
        reasons={[t("liftReasons.mended"), t("liftReasons.false")]}
        confirmLabel={t("lift")}
        onConfirm={lift}
        onClose={() => setChosen(null)}
      />
    </Card>
  );
}
