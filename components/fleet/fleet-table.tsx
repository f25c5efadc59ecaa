"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { FleetItem } from "../live/items";
import { useHeldRows } from "../live/use-held-rows";
import { NewRowsPill } from "../ui/new-rows-pill";
import { StateView } from "../ui/state-view";
import { FleetRow } from "./fleet-row";
import type { PresenceLimits } from "./presence";

const COLUMNS = ["merchant", "version", "lastSeen", "presence", "failRate", "incident", "change"] as const;
type Column = (typeof COLUMNS)[number];

/** How a column's heading turns the order round, where it does. */
export interface ColumnOrder {
  readonly href: string;
  readonly direction: "ascending" | "descending" | "none";
}

interface FleetTableProps {
  readonly fleet: readonly FleetItem[];
  readonly limits: PresenceLimits;
  /** Columns whose heading orders the list. */
  readonly orders?: Readonly<Partial<Record<string, ColumnOrder>>>;
}

function Heading({ column, order }: { column: Column; order: ColumnOrder | undefined }) {
  const t = useTranslations("fleet");
  if (!order) return t(column);
  const mark = order.direction === "ascending" ? " ↑" : order.direction === "descending" ? " ↓" : "";
  return (
    <Link href={order.href} prefetch={false} className="text-accent underline-offset-2 hover:underline">
      {t(column)}
      <span aria-hidden="true">{mark}</span>
    </Link>
  );
}

/** Plugins one under the other, moving live under a reader who is not pointing at them. */
export function FleetTable({ fleet, limits, orders = {} }: FleetTableProps) {
  const t = useTranslations("fleet");
  const { rows, waiting, release, grip } = useHeldRows(fleet);
  if (fleet.length === 0) return <StateView kind="empty" title={t("none")} text={t("noneText")} />;
  return (
    <div {...grip}>
      <NewRowsPill count={waiting} onRelease={release} />
      <table className="w-full text-base max-lg:block">
        <caption className="sr-only">{t("title")}</caption>
        <thead className="max-lg:sr-only">
          <tr className="text-left text-sm text-muted">
            {COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                aria-sort={orders[column]?.direction}
                className="px-2 py-2 font-medium whitespace-nowrap first:pl-4 last:pr-4"
              >
                <Heading column={column} order={orders[column]} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-lg:block">
          {rows.map((row) => (
            <FleetRow key={row.id} row={row} limits={limits} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
