import type { CalendarsItem } from "./items";

/** What a tired person wants to know first. */
export type CalendarVerdict =
  | { readonly kind: "frozen"; readonly until: string | null }
  | { readonly kind: "closed" }
  | { readonly kind: "some"; readonly count: number }
  | { readonly kind: "free" };

/** Judges what holds everybody before what holds single merchants. Pure. */
export function calendarVerdict({ held_by, next, items, freezes }: CalendarsItem): CalendarVerdict {
  if (held_by === "freeze") return { kind: "frozen", until: next?.at ?? null };
  if (held_by === "window") return { kind: "closed" };
  const held = items.filter((item) => item.held_by !== null).map(({ tenant_id }) => tenant_id);
  const frozen = freezes.flatMap(({ in_force, tenant_id }) => (in_force && tenant_id !== null ? [tenant_id] : []));
  const count = new Set([...held, ...frozen]).size;
  return count > 0 ? { kind: "some", count } : { kind: "free" };
}
