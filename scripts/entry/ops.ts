import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { closeConnections } from "@/db/connection";
import { registerSandboxPlugin } from "@/lib/access/commands/register-sandbox-plugin";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { listTenants } from "@/lib/access/queries";
import { requireSameMasterKey } from "@/lib/access/sealing/master-key-row";
import { scopeFor } from "@/lib/access/system-actor";
import { readTrust } from "@/lib/access/trust";
import type { Actor } from "@/lib/access/types";
import type { EmergencyScope } from "@/lib/approvals/types";
import { copyDirectory } from "@/lib/audit/checkpoint/outside-copy";
import { acceptRestoredLog } from "@/lib/audit/restore/accept-restored-log";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import { rollBackReleases } from "@/lib/modules/releases/commands/roll-back-releases";
import { systemClock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { nameProcess } from "@/lib/platform/log";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { OPS_USAGE, type OpsOrder, parseOpsArguments } from "@/lib/policy/emergency/parse-ops-arguments";
import type { SandboxOrder } from "@/lib/policy/emergency/parse-sandbox-order";
import { listEmergencies } from "@/lib/policy/emergency/queries-emergency";
import { showSwitches } from "@/lib/policy/queries";
import { emergencyRollback } from "@/lib/rollout/commands/emergency/emergency-rollback";
import { recallRelease } from "@/lib/rollout/commands/recall/recall-release";
import { orderSandbox } from "@/lib/rollout/commands/sandbox/order-sandbox";
import { readRecall } from "@/lib/rollout/waves/recall/queries-recalls";
import { declareKeyLost } from "@/scripts/operate/keys/declare-key-lost";
import { rotateDataKeys } from "@/scripts/operate/keys/rotate-data-keys";
import { rotateMasterKey } from "@/scripts/operate/keys/rotate-master-key";
import { restoreTenant } from "@/scripts/operate/restore/restore-tenant";

const scope = scopeFor("operate");
/** Whoever holds this machine and its keys; the audit names them as the operating system does. */
const actor: Actor = { kind: "system", id: `cli:${userInfo().username}`, email: null, roles: [], tenants: scope };

/** The id of a tenant that is named by its id or its slug. */
async function tenantOf(name: string): Promise<string> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) return name;
  if (name === "platform") return PLATFORM_TENANT;
  const { items } = await listTenants(scope, { limit: LIMITS.pageSize, q: name });
  const found = items.find(({ slug }) => slug === name);
  if (!found) throw new RangeError(`there is no tenant ${name}`);
  return found.id;
}

async function reachOf(wanted: Extract<OpsOrder, { do: "emergency_rollback" }>["scope"]): Promise<EmergencyScope> {
  if (typeof wanted !== "object" || !("tenant_slug" in wanted)) return wanted;
  return { tenant_id: await tenantOf(wanted.tenant_slug) };
}

async function obeyAboutKeys(order: OpsOrder): Promise<unknown> {
  const now = () => systemClock.now();
  if (order.do === "rotate_master_key") return rotateMasterKey(actor, order.reason, now, (line) => console.error(line));
  if (order.do === "rotate_data_keys") return rotateDataKeys(actor, await tenantOf(order.tenant), order.reason, now);
  return order.do === "master_key_lost" ? declareKeyLost(actor, order.reason, now) : null;
}

/** What an author needs to try things out, or what was ordered for it. */
async function obeySandbox(order: SandboxOrder, now: Date): Promise<unknown> {
  if (order.do === "sandbox_plugin") {
    const { id, plugin_key, secret_version } = await runCommand(registerSandboxPlugin, { input: { version: order.version }, actor, now });
    const page = `${environment().publicUrl}/fleet/${id}`;
    return { plugin_id: id, plugin_key, secret: await revealPluginSecret(scope, id, secret_version), page, trust: await readTrust(now) };
  }
  const { pluginId, type, toVersion, artifact, config } = order;
  const bytes = artifact === null ? null : new Uint8Array(await readFile(artifact));
  await readTrust(now);
  return runCommand(orderSandbox, { input: { pluginId, type, toVersion, bytes, config }, actor, now });
}

async function obey(order: OpsOrder): Promise<unknown> {
  const now = systemClock.now();
  if (order.do === "sandbox_plugin" || order.do === "sandbox_send") return obeySandbox(order, now);
  const aboutKeys = await obeyAboutKeys(order);
  if (aboutKeys !== null) return aboutKeys;
  if (order.do === "kill_switch_on") {
    const input = { name: "kill_switch", scope: "global", on: true, reason: order.reason };
    return runCommand(throwSwitch, { input, actor, now });
  }
  if (order.do === "emergency_rollback") {
    const input = { scope: await reachOf(order.scope), reason: order.reason };
    const done = await runCommand(emergencyRollback, { input, actor, now });
    const { items } = await listEmergencies(scope, [done.id]);
    return { ...done, ...items[0] };
  }
  if (order.do === "recall") {
    const input = { release: { pluginKey: order.pluginKey, version: order.version }, reason: order.reason };
    const done = await runCommand(recallRelease, { input, actor, now });
    return { ...done, ...(await readRecall(scope, done.recall_id)) };
  }
  if (order.do === "tenant_restore") return restoreTenant(actor, order, () => systemClock.now());
  if (order.do === "releases_rollback") {
    return runCommand(rollBackReleases, { input: { releaseId: order.releaseId, reason: order.reason }, actor, now });
  }
  if (order.do === "accept_restore") {
    const directory = copyDirectory(environment().dataDir);
    return acceptRestoredLog({ directory, actor, now, reason: order.reason, lost: order.lost });
  }
  const { kill_switch, items, requests } = await showSwitches(scope);
  const emergencies = await listEmergencies(scope);
  return { kill_switch, switches: items.filter(({ on }) => on), requests, emergencies: emergencies.items };
}

nameProcess("ops");
try {
  const order = parseOpsArguments(process.argv.slice(2));
  // Of a key that is lost nobody can show that it is the same.
  if (order.do !== "master_key_lost") await requireSameMasterKey(systemClock.now());
  console.log(JSON.stringify(await obey(order), null, 2));
} catch (error) {
  const isUsage = error instanceof RangeError;
  console.error(`ops: ${error instanceof Error ? error.message : String(error)}${isUsage ? `\n\n${OPS_USAGE}` : ""}`);
  process.exitCode = isUsage ? 2 : error instanceof Refusal ? 3 : 1;
} finally {
  await closeConnections();
}
