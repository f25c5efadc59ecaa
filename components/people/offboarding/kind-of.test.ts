import { expect, test } from "vitest";
import { countByKind, kindOf } from "./kind-of";

test.each([
  ["plugins", "plugins"],
  ["plugin_secrets", "plugins"],
  ["plugin_heartbeats", "reports"],
  ["plugin_incidents", "incidents"],
  ["plugin_autopatch_attempts", "changes"],
  ["plugin_agent_commands", "changes"],
  ["rollout_members", "changes"],
  ["module_records", "modules"],
  ["snapshot_chunks", "modules"],
  ["webhook_deliveries", "told"],
  ["safety_switches", "other"],
])("%s is of the kind %s", (table, kind) => {
  expect(kindOf(table)).toBe(kind);
});

test("rows are added up by kind, a bound that was reached stays said, and no row is lost", () => {
  const tables = [
    { table: "plugins", rows: 2, is_more: false },
    { table: "plugin_heartbeats", rows: 10_000, is_more: true },
    { table: "plugin_state", rows: 2, is_more: false },
    { table: "a_table_of_tomorrow", rows: 3, is_more: false },
  ];
  expect(countByKind(tables)).toEqual([
    { kind: "plugins", rows: 2, isMore: false },
    { kind: "reports", rows: 10_002, isMore: true },
    { kind: "other", rows: 3, isMore: false },
  ]);
});
