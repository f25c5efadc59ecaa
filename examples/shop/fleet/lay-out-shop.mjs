import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { versionFiles } from "../pack.mjs";
import { readJson, writeJson } from "./json-file.mjs";

const PLUGIN_HEAP = "--max-old-space-size=48";

/** Puts the first version on disk; from then on versions are the agent's business alone. */
function installFirstVersion(directory, version) {
  const current = path.join(directory, "current");
  if (existsSync(current)) return;
  const target = path.join(directory, "versions", version);
  for (const file of versionFiles(version)) {
    mkdirSync(path.dirname(path.join(target, file.path)), { recursive: true });
    writeFileSync(path.join(target, file.path), file.bytes, { mode: 0o644 });
  }
  rmSync(current, { force: true });
  symlinkSync(path.join("versions", version), current);
}

/**
 * Prepares one merchant's folder for its agent. What agents changed there earlier, versions and configuration, stays as it is.
 * A folder that belongs to another plugin id is a leftover of an earlier database and is laid out afresh.
 * @param {object} shop
 * @param {string} shop.directory
 * @param {string} shop.centerUrl
 * @param {import("./read-fleet.mjs").Merchant} shop.merchant
 * @param {{ url: string, secret: string }} shop.webhook the shop's receiver, for this run
 */
export function layOutShop({ directory, centerUrl, merchant, webhook }) {
  const agentFile = path.join(directory, "agent.json");
  const owner = readJson(agentFile)?.plugin_id;
  if (owner !== undefined && owner !== merchant.plugin.id) rmSync(directory, { recursive: true });
  for (const folder of ["versions", "staging", "state"]) mkdirSync(path.join(directory, folder), { recursive: true, mode: 0o700 });
  installFirstVersion(directory, merchant.plugin.version);
  const configFile = path.join(directory, "state", "config.json");
  if (!existsSync(configFile)) writeJson(configFile, merchant.config ?? {});
  writeJson(agentFile, {
    center_url: centerUrl,
    plugin_id: merchant.plugin.id,
    secret: merchant.plugin.secret,
    trust: merchant.plugin.trust,
    plugin: {
      port: merchant.port,
      env: { NODE_OPTIONS: PLUGIN_HEAP, DEMO_PAY_WEBHOOK_URL: webhook.url, DEMO_PAY_WEBHOOK_SECRET: webhook.secret },
    },
    beat_interval_s: 120,
    watch_interval_ms: 1000,
    crash_loop: { crashes: 3, within_s: 30 },
  });
}
