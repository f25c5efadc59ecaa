import { expect, test } from "vitest";
import { parseOpsArguments } from "./parse-ops-arguments";

const TENANT = "0190a0a0-0000-7000-8000-000000000001";

test.each<[string[], object]>([
  [["status"], { do: "status" }],
  [["kill-switch", "on", "--reason", "storm"], { do: "kill_switch_on", reason: "storm" }],
  [["rotate-master-key", "--reason", "yearly"], { do: "rotate_master_key", reason: "yearly" }],
  [["rotate-data-keys", "--tenant", "acme", "--reason", "leak"], { do: "rotate_data_keys", tenant: "acme", reason: "leak" }],
  [["master-key-lost", "--no-copy-exists", "yes", "--reason", "burnt"], { do: "master_key_lost", reason: "burnt" }],
  [["emergency-rollback", "--scope", "global", "--reason", "storm"], { do: "emergency_rollback", scope: "global", reason: "storm" }],
  [
    ["emergency-rollback", "--reason", "r", "--scope", `tenant:${TENANT.toUpperCase()}`],
    { do: "emergency_rollback", scope: { tenant_id: TENANT }, reason: "r" },
  ],
  [
    ["emergency-rollback", "--scope", "tenant:atlas", "--reason", "r"],
    { do: "emergency_rollback", scope: { tenant_slug: "atlas" }, reason: "r" },
  ],
  [
    ["emergency-rollback", "--scope", "plugin:demo-pay", "--reason", "r"],
    { do: "emergency_rollback", scope: { plugin_key: "demo-pay" }, reason: "r" },
  ],
  [
    ["emergency-rollback", "--scope", "plugin:demo-pay@1.2.5", "--reason", "r"],
    { do: "emergency_rollback", scope: { plugin_key: "demo-pay", version: "1.2.5" }, reason: "r" },
  ],
  [["recall", "--release", "demo-pay@1.2.5", "--reason", "r"], { do: "recall", pluginKey: "demo-pay", version: "1.2.5", reason: "r" }],
  [["accept-restore", "--reason", "disk"], { do: "accept_restore", lost: null, reason: "disk" }],
  [["accept-restore", "--lost", "12", "--reason", "disk"], { do: "accept_restore", lost: 12, reason: "disk" }],
  [["sandbox-plugin"], { do: "sandbox_plugin", version: "1.0.0" }],
  [
    ["sandbox-send", "--plugin", TENANT, "--type", "update", "--to", "1.0.1", "--artifact", "a.tar.gz"],
    { do: "sandbox_send", pluginId: TENANT, type: "update", toVersion: "1.0.1", artifact: "a.tar.gz", config: null },
  ],
  [
    ["sandbox-send", "--plugin", TENANT, "--type", "config_update", "--config", '{"a":1}'],
    { do: "sandbox_send", pluginId: TENANT, type: "config_update", toVersion: null, artifact: null, config: { a: 1 } },
  ],
])("%j", (words, order) => expect(parseOpsArguments(words)).toEqual(order));

test.each([
  [[], /order is missing/],
  [["status", "now"], /not understood/],
  [["kill-switch"], /not understood/],
  [["kill-switch", "on"], /--reason is missing/],
  [["kill-switch", "on", "--reason", "  "], /--reason is missing/],
  [["kill-switch", "on", "--reason"], /not understood/],
  [["kill-switch", "off", "--reason", "over"], /two people/],
  [["kill-switch", "on", "--reason", "a", "--reason", "b"], /not understood/],
  [["emergency-rollback", "--reason", "r"], /--scope is missing/],
  [["emergency-rollback", "--scope", "everything", "--reason", "r"], /no scope/],
  [["emergency-rollback", "--scope", "plugin:", "--reason", "r"], /no scope/],
  [["emergency-rollback", "--scope", "plugin:a@", "--reason", "r"], /no scope/],
  [["emergency-rollback", "--scope", "tenant:a:b", "--reason", "r"], /no scope/],
  [["emergency-rollback", "--force", "yes"], /not understood/],
  [["recall", "--release", "demo-pay", "--reason", "r"], /KEY@VERSION/],
  [["sandbox-send", "--plugin", "x"], /--type is missing/],
  [["sandbox-send", "--plugin", "x", "--type", "update", "--to", "1.0.1"], /--artifact/],
  [["sandbox-send", "--plugin", "x", "--type", "config_update", "--config", "[1]"], /JSON object/],
  [["accept-restore", "--lost", "12"], /--reason is missing/],
  [["accept-restore", "--lost", "all", "--reason", "disk"], /number of entries/],
])("%j is refused", (words, message) => expect(() => parseOpsArguments(words)).toThrow(message));
