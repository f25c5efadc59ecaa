"use client";

import { useTranslations } from "next-intl";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import { RelativeTime } from "../../ui/relative-time";
import { StateView } from "../../ui/state-view";
import type { RunItem, ScannerState, ViolationItem } from "./items";

function evidenceOf({ evidence }: ViolationItem): string {
  const said = evidence.filter(({ label }) => label !== "remediation").map(({ label, value }) => `${label}: ${value}`);
  return said.join(" · ") || "–";
}

/** What breaks the contract, the open first, with what shows it and what mends it. */
export function ViolationsCard({ violations }: Pick<ScannerState, "violations">) {
  const t = useTranslations("scanner");
  return (
    <Card labelId="violations" title={t("violations")}>
      {violations.length === 0 ? (
        <StateView kind="empty" title={t("noViolations")} text={t("noViolationsText")} />
      ) : (
        <FiguresTable
          isStacked
          caption={t("violations")}
          heads={[t("what"), t("where"), t("level"), t("state"), t("since"), t("evidence"), t("remedy")]}
          rows={violations.map((one) => ({
            key: one.id,
            cells: [
              one.detail,
              <span key="where" className="font-mono break-all">
                {one.object}
              </span>,
              t(`levels.${one.level}`),
              t(`statuses.${one.status}`),
              <RelativeTime key="since" at={one.first_seen} />,
              evidenceOf(one),
              one.evidence.find(({ label }) => label === "remediation")?.value ?? one.remediation,
            ],
          }))}
        />
      )}
    </Card>
  );
}

/** The last scans, and what each cost. */
export function RunsCard({ runs }: { readonly runs: readonly RunItem[] }) {
  const t = useTranslations("scanner");
  return (
    <Card labelId="scans" title={t("scans")}>
      {runs.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("noScans")}</p>
      ) : (
        <FiguresTable
          isStacked
          caption={t("scans")}
          heads={[t("kind"), t("at"), t("duration"), t("cpu"), t("rows"), t("checks"), t("found"), t("faults")]}
          rows={runs.map((run) => ({
            key: run.id,
            cells: [
              t(`scanKinds.${run.kind}`),
              <RelativeTime key="at" at={run.started_at} />,
              t("ms", { value: run.duration_ms }),
              t("ms", { value: Math.round(run.cpu_ms) }),
              run.rows_read,
              run.checks,
              run.found,
              run.faults.map(({ check }) => check).join(", ") || "–",
            ],
          }))}
        />
      )}
    </Card>
  );
}
