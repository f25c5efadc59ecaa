import { createHash } from "node:crypto";
import { startCenter } from "./center.mjs";
import { until } from "./host/run-process.mjs";
import { startWordPress } from "./host/start-wordpress.mjs";
import { filesOf, MAIN, packVersion, SMOKE } from "./pack.mjs";
import { startPaymentService } from "./payment-service.mjs";
import { recallVersion, versionIn } from "./recall-version.mjs";
import { startShoppers } from "./shoppers.mjs";

const SICK = "1.0.0";
const ENDED = ["success", "failed", "rolled_back", "cancelled"];
const LONGEST_MS = 240_000;

/** Shops fall sick of the same fault; what is published for each plugin decides how it ends. */
const JOURNEYS = Object.freeze([
  { name: "healed", key: "wp-pay-healed", patch: "1.0.1", status: ["success"], runs: "1.0.1" },
  { name: "healed-too", key: "wp-pay-healed", patch: "1.0.1", status: ["success"], runs: "1.0.1" },
  { name: "fatal", key: "wp-pay-fatal", patch: "1.1.0", status: ["failed", "rolled_back"], runs: SICK },
  { name: "degrading", key: "wp-pay-degrading", patch: "1.2.0", status: ["rolled_back"], runs: SICK },
]);
const RECALLED = Object.freeze({ key: "wp-pay-healed", version: "1.0.1" });

/**
 * The loop end to end: real WordPress shops, the real Center, people who look and order. Once every shop of one plugin runs the patch, that
 * version is recalled.
 * @param {{ tools: import("./host/start-wordpress.mjs").Tools }} options
 * @returns {Promise<{ cases: Case[], healedMs: number[], shopperErrors: number, recalled: number }>} recalled: shops it was pulled from
 * @typedef {{ name: string, isOk: boolean, said: string }} Case
 */
export async function runJourneys({ tools }) {
  const center = await startCenter();
  const payment = await startPaymentService();
  /** @type {(() => Promise<unknown>)[]} */
  const stops = [payment.stop, center.stop];
  try {
    const plugins = await prepare(center);
    const wishes = () => plugins.map((plugin) => wishOf(center.url, plugin, payment.settings));
    const wordpress = await startWordPress({ tools, wishes, count: plugins.length, workers: 10 });
    stops.unshift(wordpress.stop);
    const shoppers = wordpress.shops.map(({ url }) => startShoppers(url));
    stops.unshift(...shoppers.map(({ stop }) => stop));

    const followed = wordpress.shops.map((shop, i) => ({ shop, end: follow(center, plugins[i], shop) }));
    const pulled = recallOnceHealed(center, followed, plugins);
    const ends = await Promise.all(followed.map(({ end }) => end));
    const recall = await pulled;
    const seen = shoppers.map((shopper) => shopper.seen);
    return {
      cases: [...ends.map((end, i) => judge(end, plugins[i].wanted)), recall.case, judgeHomePages(seen)],
      healedMs: ends.filter(({ status }) => status === "success").map(({ ms }) => ms),
      shopperErrors: seen.reduce((sum, { errors }) => sum + errors, 0),
      recalled: recall.shops,
    };
  } finally {
    for (const stop of stops) await stop();
  }
}

/** @param {Center} center @param {{ shop: import("./host/start-wordpress.mjs").Shop, end: Promise<{ status: string }> }[]} followed @param {any[]} plugins */
async function recallOnceHealed(center, followed, plugins) {
  const isMeant = (/** @type {unknown} */ _, /** @type {number} */ i) => plugins[i].wanted.key === RECALLED.key;
  const ends = await Promise.all(followed.filter(isMeant).map(({ end }) => end));
  if (ends.some(({ status }) => status !== "success"))
    return { shops: 0, case: { name: "recall", isOk: false, said: "not everybody had come to the version" } };
  const shops = followed.map(({ shop }, i) => ({ ...shop, pluginId: plugins[i].id })).filter(isMeant);
  const { ms, left } = await recallVersion(center, RECALLED, SICK, shops);
  const said = `${shops.length - left.length} of ${shops.length} shops left ${RECALLED.version} within ${ms} ms ${left.join(", ")}`;
  return { shops: shops.length - left.length, case: { name: "recall after 100 %", isOk: left.length === 0, said } };
}

/** @typedef {Awaited<ReturnType<typeof startCenter>>} Center */

/** Publishes the versions, registers the shops, lets Center heal. @param {Center} center */
async function prepare(center) {
  const tenant = await center.ops("POST", "/tenants", { slug: "wordpress", name: "WordPress shops" });
  const plugins = [];
  for (const [key, patch] of new Map(JOURNEYS.map((journey) => [journey.key, journey.patch]))) {
    await publish(center, key, SICK, []);
    await publish(center, key, patch, ["webhook_fail_rate", "errors_jump", "identical_errors"]);
  }
  for (const wanted of JOURNEYS) {
    const wish = { tenant_id: tenant.id, plugin_key: wanted.key, version: SICK };
    plugins.push({ wanted, ...(await center.ops("POST", "/plugins", wish)) });
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
  const manifest = { plugin_key: key, version, sha256, length: bytes.length, smoke_tests: [SMOKE], channel: "stable", fixes };
  const { id } = await center.ops("POST", "/releases", manifest);
  await center.ops("PUT", `/releases/${id}/artifact`, bytes);
}

/** @param {string} centerUrl @param {any} plugin @param {Record<string, string>} settings */
function wishOf(centerUrl, { wanted: { name, key }, id, secret, trust }, settings) {
  const agent = { center_url: centerUrl, plugin_id: id, secret, trust, plugin: { folder: key, main: MAIN } };
  return { name, plugin: { folder: key, main: MAIN, files: filesOf(key, SICK) }, agent, settings };
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
    `the end of ${plugin.wanted.name}, which is ${attempt?.status ?? "not begun"}`,
    LONGEST_MS,
  );
  const incident = await center.ops("GET", `/plugin-incidents/${attempt.incident_id}`);
  const ms = Date.now() - Date.parse(incident.detected_at ?? incident.opened_at);
  const failed = attempt.staging_report?.steps?.find((/** @type {any} */ step) => !step.ok);
  const reason = [attempt.end_reason, failed?.detail].filter(Boolean).join(": ");
  return { status: attempt.status, runs: await versionIn(shop), reason, ms };
}

/** @param {Awaited<ReturnType<typeof follow>>} end @param {typeof JOURNEYS[number]} wanted @returns {Case} */
function judge(end, wanted) {
  const isOk = wanted.status.includes(end.status) && wanted.runs === end.runs;
  return { name: wanted.name, isOk, said: `${end.status} on ${end.runs} after ${end.ms} ms (${end.reason})` };
}

/** @param {ReturnType<typeof startShoppers>["seen"][]} seen @returns {Case} */
function judgeHomePages(seen) {
  const count = (/** @type {"pages" | "errors"} */ what) => seen.reduce((sum, one) => sum + one[what], 0);
  const problems = seen.flatMap((one) => one.problems);
  const isOk = count("pages") > 0 && count("errors") === 0;
  return { name: "home pages meanwhile", isOk, said: `${count("pages")} looked at, ${count("errors")} errors ${problems.join(" | ")}` };
}
