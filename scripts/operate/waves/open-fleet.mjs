import { createHash } from "node:crypto";
import { writeTarGzip } from "../../../examples/shop/tar-writer.mjs";
import { LightAgent } from "./light-agent.mjs";

const REGISTERED_AT_ONCE = 8;
/** As short as the health verdict allows: three fresh reports, three seconds apart, have to fit in also where the machine is busy. */
const POLICY = { health_check_seconds: 30, storm_share: 0.5, attempts_per_plugin_per_day: 50, whitelist: ["*"] };

/** A real, very small package, which the sandbox rehearses. @param {string} name @param {string} version */
function packTiny(name, version) {
  const files = {
    "plugin.json": JSON.stringify({ name, version, main: "server.mjs", smoke: "smoke.mjs" }),
    "server.mjs": `export const version = ${JSON.stringify(version)};\n`,
    "smoke.mjs": "console.log(JSON.stringify({ passed: 1, failed: 0 }));",
  };
  return writeTarGzip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })));
}

/**
 * @param {import("../../chaos/ops-client.mjs").OpsClient} vendor @param {string} pluginKey @param {string} version
 * @returns {Promise<string>} the release's id
 */
export async function publish(vendor, pluginKey, version) {
  const bytes = packTiny(pluginKey, version);
  const manifest = {
    plugin_key: pluginKey,
    version,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    length: bytes.length,
    smoke_tests: ["smoke.mjs"],
  };
  const { id } = await vendor.post("/api/ops/releases", manifest);
  await vendor.put(`/api/ops/releases/${id}/artifact`, new Uint8Array(bytes));
  return id;
}

/** @template Item @param {readonly Item[]} items @param {number} atOnce @param {(item: Item) => Promise<void>} work */
async function inParallel(items, atOnce, work) {
  const queue = [...items];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/**
 * Registers one merchant with one plugin for each agent, by the ops API.
 *
 * @param {{ url: string, ops: import("../../chaos/ops-client.mjs").OpsClient, lines: readonly { key: string, plugins: number, base: string }[],
 *   isBroken: (plugin: string, version: string) => boolean, random: () => number, pace?: { idleSeconds: number, watchedSeconds: number }, policy?: object }} wanted
 * @returns {Promise<Map<string, LightAgent[]>>} agents by plugin key
 */
export async function openFleet({ url, ops, lines, isBroken, random, pace, policy = {} }) {
  await ops.put("/api/ops/policy", { ...POLICY, ...policy, reason: "a simulation: windows of seconds instead of minutes" });
  /** @type {Map<string, LightAgent[]>} */
  const fleet = new Map(lines.map(({ key }) => [key, []]));
  const wanted = lines.flatMap((line) => Array.from({ length: line.plugins }, (_, index) => ({ ...line, slug: `${line.key}-${index}` })));
  await inParallel(wanted, REGISTERED_AT_ONCE, async ({ key, base, slug }) => {
    const { id: tenantId } = await ops.post("/api/ops/tenants", { slug, name: slug });
    const { id, secret, trust } = await ops.post("/api/ops/plugins", { tenant_id: tenantId, plugin_key: key, version: base });
    const agent = new LightAgent({
      url,
      plugin: { id, secret },
      trust,
      version: base,
      isBroken: (version) => isBroken(slug, version),
      random,
      ...(pace ? { pace } : {}),
    });
    fleet.get(key)?.push(agent);
  });
  return fleet;
}
