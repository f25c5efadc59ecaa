import { until } from "./host/run-process.mjs";
import { startWordPress } from "./host/start-wordpress.mjs";
import { filesOf, MAIN, packVersion, SMOKE } from "./pack.mjs";
import { startPaymentService } from "./payment-service.mjs";
import { versionIn } from "./recall-rollout.mjs";
import { ROLLED_OUT, rollOut } from "./roll-out.mjs";
import { startShoppers } from "./shoppers.mjs";

const SICK = "1.0.0";
const FIXES = Object.freeze(["webhook_fail_rate", "errors_jump", "identical_errors"]);
const ENDED = ["success", "failed", "rolled_back", "cancelled"];
const LONGEST_MS = 240_000;

/** Shops fall sick of the same fault; what is published for each plugin decides how it ends. */
const SHOPS = Object.freeze([
  { name: "healed", key: "wp-pay-healed", patch: "1.0.1", status: ["success"], runs: "1.0.1" },
  { name: "healed-too", key: "wp-pay-healed", patch: "1.0.1", status: ["success"], runs: "1.0.1" },
  { name: "fatal", key: "wp-pay-fatal", patch: "1.1.0", status: ["failed", "rolled_back"], runs: SICK },
  { name: "degrading", key: "wp-pay-degrading", patch: "1.2.0", status: ["rolled_back"], runs: SICK },
]);

/**
 * @typedef {import("./recall-rollout.mjs").Ops} Ops
 * @typedef {{ begin(keys: readonly string[]): Promise<void>, publish(release: Release): Promise<void> }} Vendor signs off-line
 * @typedef {{ key: string, version: string, bytes: Buffer, smoke: string, fixes?: readonly string[] }} Release
 * @typedef {{ url: string, ops: Ops, vendor: Vendor }} Center
 * @typedef {{ name: string, isOk: boolean, said: string }} Case
 */

/**
 * The loop end to end: real WordPress shops, the real Center, people who look and order. Sick shops are healed or go back; beside them a good
 * release goes through a wave to everybody, and is recalled. Whatever a shop installs was signed off-line by its vendor.
 * @param {{ tools: import("./host/start-wordpress.mjs").Tools, center: Center }} options
 * @returns {Promise<{ cases: Case[], healedMs: number[], shopperErrors: number, recalled: number }>} recalled: shops it was pulled from
 */
export async function runJourneys({ tools, center }) {
  const payment = await startPaymentService();
  /** @type {(() => Promise<unknown>)[]} */
  const stops = [payment.stop];
  try {
    const plugins = await register(center);
    const wishes = () => plugins.map((plugin) => wishOf(center.url, plugin, payment.settings));
    const [wordpress] = await Promise.all([
      startWordPress({ tools, wishes, count: plugins.length, workers: 10 }),
      publishAll(center.vendor),
    ]);
    stops.unshift(wordpress.stop);
    await letHeal(center.ops);
    const shops = wordpress.shops.map((shop, i) => ({ ...shop, wanted: plugins[i].wanted, pluginId: plugins[i].id }));
    const [tried, sick] = [shops.filter(({ wanted }) => isRolledOut(wanted)), shops.filter(({ wanted }) => !isRolledOut(wanted))];
    // A judge wants to see many payments of few shops.
    const shoppers = shops.map(({ url, wanted }) => startShoppers(url, { payments: isRolledOut(wanted) ? 8 : 1 }));
    stops.unshift(...shoppers.map(({ stop }) => stop));

    const followed = Promise.all(sick.map((shop) => follow(center.ops, shop)));
    const [ends, rolled] = await Promise.all([followed, rollOut(center.ops, tried)]);
    const seen = shoppers.map((shopper) => shopper.seen);
    return {
      cases: [...ends.map((end, i) => judge(end, sick[i]?.wanted)), ...rolled.cases, judgeHomePages(seen)],
      healedMs: ends.filter(({ status }) => status === "success").map(({ ms }) => ms),
      shopperErrors: seen.reduce((sum, { errors }) => sum + errors, 0),
      recalled: rolled.recalled,
    };
  } finally {
    for (const stop of stops) await stop();
  }
}

/** @param {{ key: string }} wanted */
const isRolledOut = ({ key }) => key === ROLLED_OUT.key;

/**
 * Admits the vendors, whose root every shop pins, and registers the shops.
 * @param {Center} center @returns {Promise<any[]>}
 */
async function register({ ops, vendor }) {
  await vendor.begin([...new Set([...SHOPS, ROLLED_OUT].map(({ key }) => key))]);
  const plugins = [];
  const add = async (/** @type {string} */ slug, /** @type {any[]} */ shops) => {
    const tenant = await ops.post("/api/ops/tenants", { slug, name: slug });
    for (const wanted of shops) {
      const wish = { tenant_id: tenant.id, plugin_key: wanted.key, version: wanted.from ?? SICK };
      plugins.push({ wanted, ...(await ops.post("/api/ops/plugins", wish)) });
    }
  };
  await add("sick-shops", [...SHOPS]);
  // A wave is made of merchants: each of these shops is one.
  for (const name of ROLLED_OUT.shops) await add(name, [{ name, key: ROLLED_OUT.key, from: ROLLED_OUT.before }]);
  return plugins;
}

/** @param {Vendor} vendor */
async function publishAll(vendor) {
  const publish = (/** @type {string} */ key, /** @type {string} */ version, fixes = /** @type {readonly string[]} */ ([])) =>
    vendor.publish({ key, version, bytes: packVersion(key, version), smoke: SMOKE, fixes });
  await publish(ROLLED_OUT.key, ROLLED_OUT.before);
  await publish(ROLLED_OUT.key, ROLLED_OUT.next);
  for (const [key, patch] of new Map(SHOPS.map((shop) => [shop.key, shop.patch]))) {
    await publish(key, SICK);
    await publish(key, patch, FIXES);
  }
}

/** @param {Ops} ops */
async function letHeal(ops) {
  // One bad version is no storm here, though it is a third of this small fleet.
  const policy = {
    whitelist: ["*"],
    // Beats come every 15 s and a verdict needs three of the new version: one of four may be late.
    health_check_seconds: 50,
    storm_share: 1,
    reason: "The journeys heal by themselves, with a short health window",
  };
  await ops.put("/api/ops/policy", policy);
}

/** @param {string} centerUrl @param {any} plugin @param {Record<string, string>} settings */
function wishOf(centerUrl, { wanted: { name, key, from = SICK }, id, secret, trust }, settings) {
  const agent = { center_url: centerUrl, plugin_id: id, secret, trust, plugin: { folder: key, main: MAIN } };
  return { name, plugin: { folder: key, main: MAIN, files: filesOf(key, from) }, agent, settings };
}

/** Follows a shop to the end of its first attempt. @param {Ops} ops @param {import("./recall-rollout.mjs").Watched} shop */
async function follow(ops, shop) {
  const newest = async () => (await ops.get(`/api/ops/autopatch-attempts?plugin_id=${shop.pluginId}`)).items.at(-1);
  let attempt = await newest();
  await until(
    async () => {
      attempt = await newest();
      return ENDED.includes(attempt?.status);
    },
    `the end of ${shop.name}, which is ${attempt?.status ?? "not begun"}`,
    LONGEST_MS,
  );
  const incident = await ops.get(`/api/ops/plugin-incidents/${attempt.incident_id}`);
  const ms = Date.now() - Date.parse(incident.detected_at ?? incident.opened_at);
  const failed = attempt.staging_report?.steps?.find((/** @type {any} */ step) => !step.ok);
  const reason = [attempt.end_reason, failed?.detail].filter(Boolean).join(": ");
  return { status: attempt.status, runs: await versionIn(shop), reason, ms };
}

/** @param {Awaited<ReturnType<typeof follow>>} end @param {any} wanted @returns {Case} */
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
