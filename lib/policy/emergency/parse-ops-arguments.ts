import type { EmergencyScope } from "@/lib/approvals/types";
import { parseSandboxOrder, SANDBOX_USAGE, type SandboxOrder } from "./parse-sandbox-order";

/** What somebody at a shell asks for. */
export type OpsOrder =
  | { readonly do: "kill_switch_on"; readonly reason: string }
  | { readonly do: "emergency_rollback"; readonly scope: EmergencyScope | { readonly tenant_slug: string }; readonly reason: string }
  | { readonly do: "recall"; readonly pluginKey: string; readonly version: string; readonly reason: string }
  | { readonly do: "accept_restore"; readonly lost: number | null; readonly reason: string }
  | { readonly do: "tenant_restore"; readonly snapshotId: string; readonly reason: string }
  | { readonly do: "releases_rollback"; readonly releaseId: string; readonly reason: string }
  | SandboxOrder
  | { readonly do: "rotate_master_key"; readonly reason: string }
  | { readonly do: "rotate_data_keys"; readonly tenant: string; readonly reason: string }
  | { readonly do: "master_key_lost"; readonly reason: string }
  | { readonly do: "status" };

export const OPS_USAGE = `usage: npm run ops -- <order>
  kill-switch on --reason "why"                                  no new command is issued, anywhere, from this moment on
  emergency-rollback --scope SCOPE --reason "why"                stops, calls back and undoes; SCOPE is one of
      global | tenant:<id or slug> | plugin:<key>[@<version>]
  recall --release KEY@VERSION --reason "why"                    pulls a version everywhere; the same again shows how far it is
  status                                                         switches, what they hold up, emergency rollbacks
  accept-restore --reason "why" [--lost N]                       after a backup was restored: the audit log goes on without its N
                                                                 newest entries; without --lost it only says how many they are
${SANDBOX_USAGE}
  tenant-restore --snapshot ID --reason "why"                    puts what one tenant had back, waits, says whether it is equal
  releases-rollback ID --reason "why"                            goes back to a set of versions that ran well
  rotate-master-key --reason "why"                               another MASTER_KEY comes into force, while Center works; broken
                                                                 off, the same again goes on
  rotate-data-keys --tenant ID|SLUG|platform --reason "why"      a tenant's secrets are sealed anew, its older keys destroyed
  master-key-lost --no-copy-exists yes --reason "why"            for good: what MASTER_KEY sealed is given up, Center goes on
Turning a switch off takes two people, in the browser or through the API.`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function scopeOf(text: string): Extract<OpsOrder, { do: "emergency_rollback" }>["scope"] {
  if (text === "global") return "global";
  const [kind, name = "", ...rest] = text.split(":");
  if (name === "" || rest.length > 0) throw new RangeError(`no scope: ${text}`);
  if (kind === "tenant") return UUID.test(name) ? { tenant_id: name.toLowerCase() } : { tenant_slug: name };
  const [key = "", version, ...more] = name.split("@");
  if (kind !== "plugin" || key === "" || version === "" || more.length > 0) throw new RangeError(`no scope: ${text}`);
  return version === undefined ? { plugin_key: key } : { plugin_key: key, version };
}

function optionsOf(words: readonly string[], known: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2) {
    const name = words[index]?.replace(/^--/, "") ?? "";
    const value = words[index + 1];
    if (!words[index]?.startsWith("--") || !known.includes(name) || value === undefined || options.has(name)) {
      throw new RangeError(`not understood: ${words[index]}`);
    }
    options.set(name, value);
  }
  return options;
}

function need(options: ReadonlyMap<string, string>, name: string): string {
  const value = options.get(name)?.trim();
  if (!value) throw new RangeError(`--${name} is missing`);
  return value;
}

function idOf(text: string): string {
  if (!UUID.test(text)) throw new RangeError(`not an id: ${text}`);
  return text.toLowerCase();
}

/**
 * Reads the words of a shell.
 * @throws RangeError that says which word is not understood or missing: nothing is done by half an order
 */
export function parseOpsArguments(words: readonly string[]): OpsOrder {
  const [order, ...rest] = words;
  if (order === "status" && rest.length === 0) return { do: "status" };
  if (order === "kill-switch" && rest[0] === "on") {
    return { do: "kill_switch_on", reason: need(optionsOf(rest.slice(1), ["reason"]), "reason") };
  }
  if (order === "kill-switch" && rest[0] === "off")
    throw new RangeError("the kill switch is turned off by two people, in the browser or by the API");
  if (order === "emergency-rollback") {
    const options = optionsOf(rest, ["scope", "reason"]);
    return { do: "emergency_rollback", scope: scopeOf(need(options, "scope")), reason: need(options, "reason") };
  }
  if (order === "recall") {
    const options = optionsOf(rest, ["release", "reason"]);
    const [pluginKey = "", version = "", ...more] = need(options, "release").split("@");
    if (pluginKey === "" || version === "" || more.length > 0) throw new RangeError("--release is KEY@VERSION");
    return { do: "recall", pluginKey, version, reason: need(options, "reason") };
  }
  if (order === "accept-restore") {
    const options = optionsOf(rest, ["reason", "lost"]);
    const lost = options.get("lost");
    if (lost !== undefined && !/^[1-9]\d{0,14}$/.test(lost)) throw new RangeError(`--lost is a number of entries, not ${lost}`);
    return { do: "accept_restore", lost: lost === undefined ? null : Number(lost), reason: need(options, "reason") };
  }
  if (order === "sandbox-plugin") return parseSandboxOrder(order, optionsOf(rest, ["version"]));
  if (order === "sandbox-send") return parseSandboxOrder(order, optionsOf(rest, ["plugin", "type", "to", "artifact", "config"]));
  if (order === "tenant-restore") {
    const options = optionsOf(rest, ["snapshot", "reason"]);
    return { do: "tenant_restore", snapshotId: idOf(need(options, "snapshot")), reason: need(options, "reason") };
  }
  if (order === "releases-rollback") {
    return { do: "releases_rollback", releaseId: idOf(rest[0] ?? ""), reason: need(optionsOf(rest.slice(1), ["reason"]), "reason") };
  }
  if (order === "rotate-master-key") return { do: "rotate_master_key", reason: need(optionsOf(rest, ["reason"]), "reason") };
  if (order === "rotate-data-keys") {
    const options = optionsOf(rest, ["tenant", "reason"]);
    return { do: "rotate_data_keys", tenant: need(options, "tenant"), reason: need(options, "reason") };
  }
  if (order === "master-key-lost") {
    const options = optionsOf(rest, ["no-copy-exists", "reason"]);
    if (need(options, "no-copy-exists") !== "yes") throw new RangeError("--no-copy-exists takes yes: look in backups and safes first");
    return { do: "master_key_lost", reason: need(options, "reason") };
  }
  throw new RangeError(order ? `not understood: ${words.join(" ")}` : "an order is missing");
}
