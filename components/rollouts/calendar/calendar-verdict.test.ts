import { expect, test } from "vitest";
import { calendarVerdict } from "./calendar-verdict";
import type { CalendarsItem, FreezeItem, MerchantHours } from "./items";

const NOTHING: CalendarsItem = { held_by: null, next: null, policy_windows: [], freezes: [], items: [], held_up: [], requests: [] };
const merchant = (tenant_id: string, held_by: MerchantHours["held_by"]) => ({ tenant_id, held_by }) as MerchantHours;
const freeze = (tenant_id: string | null, in_force: boolean) => ({ tenant_id, in_force }) as FreezeItem;
const next = { at: "2026-11-30T00:00:00.000Z", held_by: null };

test.each<[string, Partial<CalendarsItem>, object]>([
  ["nothing is held", {}, { kind: "free" }],
  ["a freeze to come holds nothing yet", { freezes: [freeze("a", false)] }, { kind: "free" }],
  ["everybody is frozen", { held_by: "freeze", next }, { kind: "frozen", until: next.at }],
  ["the policy's hours are over", { held_by: "window" }, { kind: "closed" }],
  ["one merchant sleeps", { items: [merchant("a", "window"), merchant("b", null)] }, { kind: "some", count: 1 }],
  [
    "one sleeps and is frozen, another is frozen without hours of its own",
    { items: [merchant("a", "freeze")], freezes: [freeze("a", true), freeze("b", true)] },
    { kind: "some", count: 2 },
  ],
])("%s", (_what, item, verdict) => expect(calendarVerdict({ ...NOTHING, ...item })).toEqual(verdict));
