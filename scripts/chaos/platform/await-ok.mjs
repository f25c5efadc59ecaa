import { setTimeout as wait } from "node:timers/promises";
import { MODULE_KEYS } from "../../../examples/platform/read-settings.mjs";

const LOOK_MS = 500;
/** Two beats: whatever was broken before the first of them is in what the second says. */
const QUIET_MS = 11_000;

/**
 * How each of the platform's modules is by Center's own word.
 *
 * @param {import("../ops-client.mjs").OpsClient} ops
 * @returns {Promise<{ key: string, presence: string, mode: string, detail: string }[]>}
 */
async function readModules(ops) {
  const { items } = await ops.get("/api/ops/modules");
  const served = items.filter((/** @type {any} */ item) => MODULE_KEYS.includes(item.module_key));
  return served.map((/** @type {any} */ { module_key: key, presence, mode, failing }) => ({
    ...{ key, presence, mode },
    detail: failing.map((/** @type {any} */ one) => one.detail).join("; "),
  }));
}

/**
 * Waits until every module has been OK for two beats.
 *
 * @param {import("../ops-client.mjs").OpsClient} ops
 * @param {number} withinMs
 * @returns {Promise<{ isOk: boolean, isNoticed: boolean, tookMs: number, wrong: string }>} `tookMs` until the last that was seen wrong;
 *   `isNoticed`: whether anything ever was; `wrong`: what still is
 */
export async function awaitOk(ops, withinMs) {
  const since = performance.now();
  let lastWrongMs = 0;
  let wrong = "";
  for (let isNoticed = false; ; await wait(LOOK_MS)) {
    const bad = (await readModules(ops)).filter(({ presence }) => presence !== "ok");
    const tookMs = performance.now() - since;
    if (bad.length > 0) {
      isNoticed = true;
      lastWrongMs = tookMs;
      wrong = bad.map(({ key, presence, detail }) => `${key} is ${presence} (${detail})`).join(", ");
    } else if (tookMs - lastWrongMs >= QUIET_MS) return { isOk: true, isNoticed, tookMs: lastWrongMs, wrong: "" };
    if (bad.length > 0 && tookMs > withinMs) return { isOk: false, isNoticed, tookMs, wrong };
  }
}

/**
 * Waits until a module is seen to be wrong, or somebody has opened an incident about it.
 *
 * @param {import("../ops-client.mjs").OpsClient} ops @param {() => Promise<boolean>} hasIncident @param {number} withinMs
 */
export async function awaitNoticed(ops, hasIncident, withinMs) {
  for (const until = performance.now() + withinMs; performance.now() < until; await wait(LOOK_MS))
    if ((await hasIncident()) || (await readModules(ops)).some(({ presence }) => presence !== "ok")) return true;
  return false;
}

/**
 * Waits until nothing is held back any more: every module works as it normally does.
 *
 * @param {import("../ops-client.mjs").OpsClient} ops @param {number} withinMs
 * @returns {Promise<string[]>} those that do not
 */
export async function awaitNormal(ops, withinMs) {
  for (const until = performance.now() + withinMs; ; await wait(LOOK_MS)) {
    const held = (await readModules(ops)).filter(({ mode }) => mode !== "normal").map(({ key, mode }) => `${key} is ${mode}`);
    if (held.length === 0 || performance.now() > until) return held;
  }
}
