import { expect, test } from "vitest";
import { HEAL_EVENTS, type HealEvent, healTargets, isEnd, isLive } from "../action-table";
import { deriveOrderId } from "../derive-order-id";
import { HEAL_STATES } from "../types";

test("the table: from each state, by each event, just these states follow", () => {
  const events = Object.keys(HEAL_EVENTS) as HealEvent[];
  const table = Object.fromEntries(
    HEAL_STATES.map((state) => [state, events.flatMap((event) => healTargets(state, event).map((to) => `${event}: ${to}`)).join(", ")]),
  );
  expect(table).toEqual({
    proposed: "begun: snapshotting, begun: ordered, broke: failed, plan_written: planned, cancel: cancelled",
    snapshotting: "prepared: snapshotting, prepared: ordered, broke: failed, undo_failed: failed, plan_written: planned, cancel: cancelled",
    ordered: "taken: running, obeyed: verifying, broke: reverting, broke: failed, undo_failed: failed, cancel: cancelled",
    running: "obeyed: verifying, broke: reverting, broke: failed, undo_failed: failed",
    verifying: "proven: done, contained: holding, unproven: reverting, unproven: failed",
    holding: "lift: reverting, take_back: reverting",
    reverting: "undone: rolled_back, lifted: done, undo_failed: failed",
    refused: "permitted: proposed, cancel: cancelled, approve: proposed",
    done: "",
    planned: "",
    cancelled: "",
    rolled_back: "",
    failed: "",
  });
  expect(HEAL_STATES.filter(isEnd)).toEqual(["done", "planned", "cancelled", "rolled_back", "failed"]);
  expect(HEAL_STATES.filter(isLive)).toEqual(["proposed", "snapshotting", "ordered", "running", "verifying", "reverting"]);
});

test("order ids are UUIDs, the same again, and another for every action, step and try", () => {
  const ids = ["a", "b"].flatMap((id) => ["0", "undo"].flatMap((step) => [0, 1].map((tries) => deriveOrderId(id, step, tries))));
  expect(new Set(ids).size).toBe(8);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(deriveOrderId("a", "0", 0)).toBe(ids[0]);
});
