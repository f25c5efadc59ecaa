import { useTranslations } from "next-intl";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import type { RowItem, ShownRun } from "./items";

const text = (cells: RowItem["before"]) =>
  cells === null
    ? null
    : Object.entries(cells)
        .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
        .join("\n");

/** The difference row by row, the first of them; the digest is of all. */
export function RowsCard({ run }: { run: ShownRun }) {
  const t = useTranslations("repairs");
  const rows = run.parts.flatMap((part) => part.rows.map((row) => ({ row, part })));
  if (rows.length === 0) return null;
  return (
    <Card labelId="rows" title={t("difference")}>
      <p className="px-4 pt-3 text-sm text-muted">{t("shown", { shown: rows.length, all: run.rows_total ?? rows.length })}</p>
      <FiguresTable
        isStacked
        caption={t("difference")}
        heads={[t("row"), t("tenant"), t("before"), t("after")]}
        rows={rows.map(({ row, part }, index) => ({
          key: `${part.tenant_id} ${index}`,
          cells: [
            <span key="row" className="font-mono text-xs break-all">
              {row.table} {text(row.key)}
            </span>,
            part.tenant_name ?? t("center"),
            <Cells key="before" value={text(row.before)} />,
            <Cells key="after" value={text(row.after)} />,
          ],
        }))}
      />
    </Card>
  );
}

function Cells({ value }: { value: string | null }) {
  const t = useTranslations("repairs");
  return <span className="block text-left font-mono text-xs break-all whitespace-pre-wrap">{value ?? t("nothing")}</span>;
}
