import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { layOutShop } from "../../examples/shop/fleet/lay-out-shop.mjs";
import { startTraffic } from "../../examples/shop/fleet/traffic-driver.mjs";
import { probePort } from "../postgres/choose-port.mjs";
import { keepAgent } from "./keep-agent.mjs";

const ORDERS_PER_SECOND = 4;
const SIGNING_PERIOD_SECONDS = 10;
const COUNT_STARTS = pathToFileURL(path.join(import.meta.dirname, "count-starts.mjs")).href;

/** Looks more often than a shop of real life would, so that an exercise ends in an afternoon. */
const AGENT_PACE = { beat_interval_s: 5, watch_interval_ms: 500 };

/**
 * A shop with an agent, a plugin, and customers who order all the time.
 *
 * @typedef {{ slug: string, pluginId: string, directory: string, port: number, kill(): boolean, stop(): Promise<void> }} Shop
 *
 * @typedef {{
 *   url: string, shopsDirectory: string, ops: import("./ops-client.mjs").OpsClient,
 *   receiver: { port: number, shops: Map<string, { secret: string, periodSeconds: number }> },
 * }} Town what all shops share
 *
 * @param {Town} town
 * @param {{ slug: string, tenantId: string, version: string, config: Record<string, unknown> }} wanted
 * @returns {Promise<Shop>}
 */
export async function openShop({ url, shopsDirectory, ops, receiver }, { slug, tenantId, version, config }) {
  const body = { tenant_id: tenantId, plugin_key: "demo-pay", version };
  const { id, secret, trust } = await ops.post("/api/ops/plugins", body);
  const port = /** @type {number} */ (await probePort(0, "127.0.0.1"));
  const directory = path.join(shopsDirectory, slug);
  const webhook = { url: `http://127.0.0.1:${receiver.port}/shops/${slug}/webhooks`, secret: randomBytes(32).toString("base64") };
  receiver.shops.set(slug, { secret: webhook.secret, periodSeconds: SIGNING_PERIOD_SECONDS });
  const merchant = {
    tenant: { id: tenantId, slug, name: slug },
    plugin: { id, secret, trust, plugin_key: "demo-pay", version, channel: "stable" },
  };
  layOutShop({ directory, centerUrl: url, merchant: { ...merchant, port, config }, webhook });
  quicken(directory);
  const agent = keepAgent(directory);
  const traffic = startTraffic({ slug, port, ordersPerSecond: ORDERS_PER_SECOND });
  return {
    slug,
    pluginId: id,
    directory,
    port,
    kill: agent.kill,
    async stop() {
      traffic.stop();
      await agent.stop();
    },
  };
}

/** @param {string} directory */
function quicken(directory) {
  const file = path.join(directory, "agent.json");
  const config = JSON.parse(fs.readFileSync(file, "utf8"));
  const { env } = config.plugin;
  const plugin = {
    ...config.plugin,
    env: { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS} --import=${COUNT_STARTS}`, CHAOS_STARTS: path.join(directory, "starts.log") },
  };
  fs.writeFileSync(file, JSON.stringify({ ...config, ...AGENT_PACE, plugin }), { mode: 0o600 });
}
