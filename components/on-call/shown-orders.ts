import type { Severity } from "@/lib/kernel/severity";
import { AREA_NAMES, type AreaName, type OnCallItem, type OnCallOrderItem } from "./on-call-items";

/** A place of the table: an order, or that there is none. */
export interface ShownOrder {
  readonly area: AreaName;
  readonly severity: Severity;
  readonly order: OnCallOrderItem | null;
}

const GRAVEST_FIRST = ["critical", "high", "medium", "low"] as const;

/** Every order, the gravest first; for what is grave also that there is none, since that is what somebody should see. */
export function shownOrders({ orders }: Pick<OnCallItem, "orders">): readonly ShownOrder[] {
  return GRAVEST_FIRST.flatMap((severity) =>
    AREA_NAMES.flatMap((area): ShownOrder[] => {
      const order = orders.find((one) => one.area === area && one.severity === severity) ?? null;
      const isExpected = area === "any" && (severity === "critical" || severity === "high");
      return order || isExpected ? [{ area, severity, order }] : [];
    }),
  );
}

/** Moves one of a list by a step; at its ends nothing happens. */
export function moved<Item>(list: readonly Item[], index: number, by: 1 | -1): readonly Item[] {
  const other = index + by;
  const [one, two] = [list[index], list[other]];
  if (one === undefined || two === undefined) return list;
  return list.map((item, at) => (at === index ? two : at === other ? one : item));
}
