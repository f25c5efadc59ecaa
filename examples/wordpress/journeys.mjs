import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startCenter } from "./center.mjs";
import { until } from "./host/run-process.mjs";
import { startWordPress } from "./host/start-wordpress.mjs";
import { filesOf, MAIN, packVersion } from "./pack.mjs";
import { startPaymentService } from "./payment-service.mjs";
import { startShoppers } from "./shoppers.mjs";

const SICK = "1.0.0";
const ENDED = ["success", "failed", "rolled_back", "cancelled"];
const LONGEST_MS = 240_000;

/** Three shops fall sick of the same fault; what is published for each decides how it ends. */
const JOURNEYS = Object.freeze([
  { key: "wp-pay-healed", patch: "1.0.1", status: ["success"], runs: "1.0.1" },
  { key: "wp-pay-fatal", patch: "1.1.0", status: ["failed", "rolled_back"], runs: SICK },
  { key: "wp-pay-degrading", patch: "1.2.0", status: ["rolled_back"], runs: SICK },
]);

/**
 * The loop end to end: real WordPress shops, the real Center, people who look and order.
 * @param {{ tools: import("./host/start-wordpress.mjs").Tools }} options
 * @returns {Promise<{ ends: { key: string, status: string, runs: string, reason: string | null, ms: number }[], healedMs: number[], problems: string[] }>}
 */
export async function runJourneys({ tools }) {
  const center = await startCenter();
  const payment = await startPaymentService();
  /** @type {(() => Promise<unknown>)[]} */
  const stops = [payment.stop, center.stop];
  try {
    const plugins = await prepare(center);
    const wishes = () => plugins.map((plugin) => wishOf(center.url, plugin, payment.settings));
    const wordpress = await startWordPress({ tools, wishes, count: plugins.length, workers: 8 });
    stops.unshift(wordpress.stop);
    const shoppers = wordpress.shops.map(({ url }) => startShoppers(url));
    stops.unshift(...shoppers.map(({ stop }) => stop));
    const ends = await Promise.all(wordpress.shops.map((shop, i) => follow(center, plugins[i], shop)));
    const problems = ends.flatMap((end, i) => judge(end, JOURNEYS[i]));
    const healedMs = ends.filter(({ status }) => status === "success").map(({ ms }) => ms);
    return { ends, healedMs, problems };
  } finally {
    for (const stop of stops) await stop();
  }
}

/** @typedef {Awaited<ReturnType<typeof startCenter>>} Center */

/** Publishes the versions, registers the shops, lets Center heal. @param {Center} center */
async function prepare(center) {
  const tenant = await center.ops("POST", "/tenants", { slug: "wordpress", name: "WordPress shops" });
  const plugins = [];
  for (const { key, patch } of JOURNEYS) {
    await publish(center, key, SICK, []);
    await publish(center, key, patch, ["webhook_fail_rate", "errors_jump", "identical_errors"]);
    plugins.push({ key, ...(await center.ops("POST", "/plugins", { tenant_id: tenant.id, plugin_key: key, version: SICK })) });
  }
  // One bad version is no storm here, though it is a third of this small fleet.
  const policy = {
    whitelist: ["*"],
    // Beats come every 15 s and a verdict needs three of the new version: a shorter window could only end in a rollback.
    health_check_seconds: 60,
    storm_share: 1,
    reason: "The journeys heal by themselves, with a short health window",
  };
  await center.ops("PUT", "/policy", policy);
  return plugins;
}

/** @param {Center} center @param {string} key @param {string} version @param {string[]} fixes */
async function publish(center, key, version, fixes) {
  const bytes = packVersion(key, version);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const manifest = { plugin_key: key, version, sha256, length: bytes.length, smoke_tests: ["smoke.mjs"], channel: "stable", fixes };
  const { id } = await center.ops("POST", "/releases", manifest);
  await center.ops("PUT", `/releases/${id}/artifact`, bytes);
}

/** @param {string} centerUrl @param {any} plugin @param {Record<string, string>} settings */
function wishOf(centerUrl, { key, id, secret, trust }, settings) {
  const agent = { center_url: centerUrl, plugin_id: id, secret, trust, plugin: { folder: key, main: MAIN } };
  return { name: key, plugin: { folder: key, main: MAIN, files: filesOf(key, SICK) }, agent, settings };
}

/** Follows a shop to the end of its first attempt. @param {Center} center @param {any} plugin @param {import("./host/start-wordpress.mjs").Shop} shop */
async function follow(center, plugin, shop) {
  const newest = async () => (await center.ops("GET", `/autopatch-attempts?plugin_id=${plugin.id}`)).items.at(-1);
  let attempt = await newest();
  await until(
    async () => {
      attempt = await newest();
      return ENDED.includes(attempt?.status);
    },
    `the end of ${plugin.key}, which is ${attempt?.status ?? "not begun"}`,
    LONGEST_MS,
  );
  const incident = await center.ops("GET", `/plugin-incidents/${attempt.incident_id}`);
  const runs = JSON.parse(readFileSync(join(shop.place, "plugin.json"), "utf8")).version;
  const page = await (await fetch(`${shop.url}/`)).text();
  const shown = /<!-- wp-pay (\S+) -->/.exec(page)?.[1] ?? "nothing";
  const ms = Date.now() - Date.parse(incident.detected_at ?? incident.opened_at);
  return {
    key: plugin.key,
    status: attempt.status,
    runs: shown === runs ? runs : `${runs} on disk, ${shown} shown`,
    reason: attempt.end_reason,
    ms,
  };
}

/** @param {{ key: string, status: string, runs: string }} end @param {typeof JOURNEYS[number] | undefined} wanted */
function judge(end, wanted) {
  const isAsWanted = wanted?.status.includes(end.status) && wanted.runs === end.runs;
  return isAsWanted ? [] : [`${end.key} ended as ${end.status} on ${end.runs}`];
}
