import path from "node:path";
import { eq } from "drizzle-orm";
import { opsPolicy } from "@/db/schema/safety";
import { packableVersions, packVersion } from "@/examples/shop/pack.mjs";
import { registerPlugin } from "@/lib/access/commands/register-plugin";
import { registerTenant } from "@/lib/access/commands/register-tenant";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { systemActor } from "@/lib/access/system-actor";
import { readTrust } from "@/lib/access/trust";
import { registerRelease } from "@/lib/delivery/commands/register-release";
import { storeArtifact } from "@/lib/delivery/commands/store-artifact";
import { acceptMetadata, establishRepository } from "@/lib/delivery/tuf/commands/accept-metadata";
import type { SignedTarget } from "@/lib/delivery/tuf/compose";
import { ensureOnlineKeys } from "@/lib/delivery/tuf/jobs/ensure-online-keys";
import type { TufFile } from "@/lib/delivery/tuf/judge-bundle";
import { readOnlineKeys } from "@/lib/delivery/tuf/queries-metadata";
import { runCommand } from "@/lib/gateway/run-command";
import { addWebhook } from "@/lib/notify/commands/add-webhook";
import { revealWebhookSecret } from "@/lib/notify/queries";
import { read } from "@/lib/platform/scope";
import { changePolicy } from "@/lib/policy/commands/change-policy";
import { beginRepository, renewRepository } from "@/scripts/operate/release/begin-repository";
import { SigningFolder } from "@/scripts/operate/release/signing-folder";

const PLUGIN_KEY = "demo-pay";
const SOURCES = path.resolve("examples/shop/demo-pay");
const actor = systemActor("seed", "operate");

/** The demo's shops: two of them begin with the version that fails its webhooks. */
const SHOPS = [
  { slug: "atlas", name: "Atlas Outdoor", version: "1.2.2", channel: "stable" },
  { slug: "zephyr", name: "Zéphyr Voiles", version: "1.2.2", channel: "early" },
  { slug: "boreal", name: "Boréal Café", version: "1.2.3", channel: "stable" },
  { slug: "cedar", name: "Cedar & Sons", version: "1.2.3", channel: "stable" },
  { slug: "dune", name: "Dune Textiles", version: "1.2.1", channel: "stable" },
  { slug: "ember", name: "Ember Ceramics", version: "1.2.1", channel: "stable" },
  { slug: "fjord", name: "Fjord Books", version: "1.2.3", channel: "stable" },
  { slug: "garance", name: "Garance Fleurs", version: "1.2.1", channel: "stable" },
  { slug: "harbor", name: "Harbor Supply", version: "1.2.3", channel: "stable" },
  { slug: "iris", name: "Iris Optique", version: "1.2.1", channel: "stable" },
  { slug: "juniper", name: "Juniper Spirits", version: "1.2.3", channel: "stable" },
  { slug: "krokus", name: "Krokus Garden", version: "1.2.1", channel: "stable" },
] as const;

/** What each version claims to mend, and who may receive it; `early` shops hear of a version before the others. */
const RELEASES: Record<string, { channel: string; fixes: string[] }> = {
  "1.2.1": { channel: "stable", fixes: [] },
  "1.2.2": { channel: "stable", fixes: [] },
  "1.2.3": { channel: "stable", fixes: ["webhook_fail_rate", "identical_errors", "errors_jump"] },
  "1.2.4": { channel: "early", fixes: ["webhook_fail_rate"] },
  "1.2.5": { channel: "early", fixes: ["webhook_fail_rate", "identical_errors", "errors_jump", "latency_p95"] },
};

/** The file by which the demo's shops know Center; written for other processes, so its names are theirs. */
export interface FleetFile {
  readonly center_url: string;
  readonly merchants: readonly unknown[];
  readonly inbox: { readonly port: number; readonly secret: string };
}

/**
 * Releases as a vendor makes them: announced, signed in the vendor's own folder, then their bytes. The demo's vendor keys lie under
 * DATA_DIR/demo, where Center itself never looks for them.
 */
async function seedReleases(folder: SigningFolder, now: Date): Promise<void> {
  const packed = packableVersions(SOURCES).map((version) => ({ version, ...packVersion(version, SOURCES) }));
  const announced: { id: string; bytes: Buffer; target: SignedTarget; version: string }[] = [];
  for (const { version, bytes, sha256, length, manifest } of packed) {
    const claims = RELEASES[version] ?? { channel: "early", fixes: [] };
    const input = { pluginKey: PLUGIN_KEY, version, sha256, length, smokeTests: manifest.smoke_tests, ...claims };
    const { id } = await runCommand(registerRelease, { input, actor, now });
    const custom = { plugin_key: PLUGIN_KEY, version, min_platform: null, min_runtime: null, schema_effect: "none" };
    announced.push({ id, bytes, version, target: { sha256, length, custom: { ...custom, smoke_tests: manifest.smoke_tests } } });
  }
  await ensureOnlineKeys(now);
  const { snapshot, timestamp } = await readOnlineKeys();
  const online = { snapshot: snapshot[0]?.public ?? "", timestamp: timestamp[0]?.public ?? "" };
  const beginning = { pluginKey: PLUGIN_KEY, rootKeys: 3, rootThreshold: 2, vendorKeys: 2, vendorThreshold: 2, online };
  const targets = Object.fromEntries(announced.map(({ version, target }) => [version, target]));
  await sendBundle(folder, beginRepository(folder, beginning, targets, now), establishRepository, now);
  for (const { id, bytes } of announced) await runCommand(storeArtifact, { input: { releaseId: id, bytes }, actor, now });
}

async function sendBundle(
  folder: SigningFolder,
  files: readonly TufFile[],
  command: typeof establishRepository | typeof acceptMetadata,
  now: Date,
): Promise<void> {
  // Whatever a crash leaves is sent again at the next start; what Center took already is then no change.
  for (const { role, text } of files) folder.savePending(role, text);
  await runCommand(command, { input: { documents: files.map(({ role, text }) => ({ role, text })) }, actor, now });
  for (const { role, text } of files) folder.saveMetadata(role, text);
}

/** What the demo's vendor owes every week is done at every start. A folder without keys belongs to a demo of before: nothing is signed there. */
export async function renewDemo(signingDir: string, now: Date): Promise<void> {
  const folder = new SigningFolder(signingDir, null);
  if (!folder.exists) return;
  const left = folder.pendingFiles();
  if (left.length > 0) await sendBundle(folder, left, acceptMetadata, now);
  await sendBundle(folder, renewRepository(folder, now), acceptMetadata, now);
}

async function seedShop(shop: (typeof SHOPS)[number], port: number, now: Date): Promise<unknown> {
  const { slug, name, version, channel } = shop;
  const tenant = await runCommand(registerTenant, { input: { slug, name }, actor, now });
  const input = { tenantId: tenant.id, pluginKey: PLUGIN_KEY, version, channel, paymentVolume: 1_000 };
  const plugin = await runCommand(registerPlugin, { input, actor, now });
  const secret = await revealPluginSecret(actor.tenants, plugin.id, plugin.secret_version);
  const trust = await readTrust(now);
  return {
    tenant: { id: tenant.id, slug, name },
    plugin: { id: plugin.id, secret, trust, plugin_key: PLUGIN_KEY, version, channel },
    port,
    config: {},
  };
}

async function seedPolicy(now: Date): Promise<void> {
  const [policy] = await read({ kind: "set", ids: [] }, (tx) =>
    tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1)),
  );
  const changes = { whitelist: ["*"], health_check_seconds: 60 };
  await runCommand(changePolicy, {
    input: { changes, version: policy?.version, reason: "The demo heals by itself, with a short health window" },
    actor,
    now,
  });
}

/**
 * Fills an empty installation with the demo: 12 merchants, the versions of their plugin, a policy that lets Center heal, and an
 * address for the operator's notifications.
 *
 * @param ports       one for each shop's plugin, and a last one for the operator's inbox
 * @param signingDir  where the demo's vendor keeps keys that Center never sees
 */
export async function seedDemo(centerUrl: string, ports: readonly number[], signingDir: string, now: Date): Promise<FleetFile> {
  await seedReleases(new SigningFolder(signingDir, null), now);
  const inboxPort = ports[SHOPS.length] ?? 0;
  const webhook = await runCommand(addWebhook, { input: { url: `http://127.0.0.1:${inboxPort}/` }, actor, now });
  const secret = await revealWebhookSecret(actor.tenants, webhook.id);
  const merchants: unknown[] = [];
  for (const [index, shop] of SHOPS.entries()) merchants.push(await seedShop(shop, ports[index] ?? 0, now));
  await seedPolicy(now);
  return { center_url: centerUrl, merchants, inbox: { port: inboxPort, secret } };
}

/** How many ports the demo needs. */
export const DEMO_PORTS = SHOPS.length + 1;
