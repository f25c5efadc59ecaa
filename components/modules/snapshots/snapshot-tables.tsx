"use client";

import { useFormatter, useTranslations } from "next-intl";
import { FiguresTable } from "../../sira/figures-table";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { RelativeTime } from "../../ui/relative-time";
import { StateView } from "../../ui/state-view";
import type { DrillItem, RestoreItem, SnapshotItem, TenantNames } from "./items";

interface CardProps<Item> {
  readonly items: readonly Item[];
  readonly tenants: TenantNames;
}

/** How names, times and sizes are written here. */
function useWords(tenants: TenantNames) {
  const t = useTranslations("snapshots");
  const format = useFormatter();
  return {
    t,
    tenant: (id: string) => tenants[id] ?? t("allTenants"),
    module: (key: string | null) => key ?? t("center"),
    count: (value: number | null) => (value === null ? "–" : format.number(value)),
    seconds: (ms: number | null) =>
      ms === null ? "–" : t("seconds", { seconds: format.number(ms / 1_000, { maximumFractionDigits: 1 }) }),
    minutes: (ms: number) => t("minutes", { minutes: format.number(Math.round(ms / 60_000)) }),
    mebibytes: (bytes: number) => t("mebibytes", { size: format.number(bytes / 1024 / 1024, { maximumFractionDigits: 2 }) }),
  };
}

/** What was saved, the newest first. */
export function SnapshotsCard({
  items,
  tenants,
  onRestore,
}: CardProps<SnapshotItem> & { onRestore: ((item: SnapshotItem) => void) | null }) {
  const { t, tenant, module, count, mebibytes } = useWords(tenants);
  const heads = [t("tenant"), t("module"), t("state"), t("why"), t("taken"), t("rows"), t("size"), t("deed")];
  const deed = (item: SnapshotItem) =>
    onRestore && item.restore_digest ? (
      <Button key="deed" onClick={() => onRestore(item)}>
        {t("restore")}
      </Button>
    ) : (
      "–"
    );
  return (
    <Card labelId="snapshots" title={t("saved")}>
      {items.length === 0 ? (
        <StateView kind="empty" title={t("none")} text={t("noneText")} />
      ) : (
        <FiguresTable
          isStacked
          isWords
          caption={t("saved")}
          heads={heads}
          rows={items.map((item) => ({
            key: item.id,
            cells: [
              tenant(item.tenant_id),
              module(item.module_key),
              item.failure ? `${t(`status.${item.status}`)}: ${item.failure}` : t(`status.${item.status}`),
              t(`reason.${item.reason}`),
              <RelativeTime key="at" at={item.taken_at ?? item.requested_at} />,
              count(item.rows),
              mebibytes(item.bytes),
              deed(item),
            ],
          }))}
        />
      )}
    </Card>
  );
}

/** What was put back, and whether it is what was saved. */
export function RestoresCard({ items, tenants }: CardProps<RestoreItem>) {
  const { t, tenant, module, count, seconds } = useWords(tenants);
  if (items.length === 0) return null;
  return (
    <Card labelId="restores" title={t("restores")}>
      <FiguresTable
        isStacked
        isWords
        caption={t("restores")}
        heads={[t("tenant"), t("module"), t("state"), t("why"), t("asked"), t("rows"), t("took")]}
        rows={items.map((item) => ({
          key: item.id,
          cells: [
            tenant(item.tenant_id),
            module(item.module_key),
            item.detail ? `${t(`restoring.${item.status}`)}: ${item.detail}` : t(`restoring.${item.status}`),
            item.reason,
            <RelativeTime key="at" at={item.requested_at} />,
            count(item.rows),
            seconds(item.rto_ms),
          ],
        }))}
      />
    </Card>
  );
}

/** Rehearsals with how long each took (RTO) and how old what it brought back was (RPO). */
export function DrillsCard({ items, tenants }: CardProps<DrillItem>) {
  const { t, tenant, module, count, seconds, minutes } = useWords(tenants);
  return (
    <Card labelId="drills" title={t("drills")}>
      {items.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("noDrills")}</p>
      ) : (
        <FiguresTable
          isStacked
          isWords
          caption={t("drills")}
          heads={[t("module"), t("tenant"), t("outcome"), t("rows"), t("rto"), t("rpo"), t("when")]}
          rows={items.map((item) => ({
            key: item.id,
            cells: [
              module(item.module_key),
              tenant(item.tenant_id),
              item.is_equal ? t("equal") : `${t("notEqual")}: ${item.detail ?? ""}`,
              count(item.rows),
              seconds(item.rto_ms),
              minutes(item.rpo_ms),
              <RelativeTime key="at" at={item.finished_at} />,
            ],
          }))}
        />
      )}
    </Card>
  );
}
