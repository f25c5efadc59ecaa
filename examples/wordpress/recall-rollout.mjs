import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./host/run-process.mjs";

const LONGEST_MS = 90_000;

/**
 * @typedef {import("./host/start-wordpress.mjs").Shop & { pluginId: string }} Watched
 * @typedef {{ get(path: string): Promise<any>, post(path: string, body: object): Promise<any>, put(path: string, body: object): Promise<any> }} Ops Center's ops API
 */

/**
 * Recalls what a rollout brought everywhere, with one order, and waits until it is gone: from the disk, from the home page, and from what Center
 * knows.
 * @param {Ops} ops @param {string} rolloutId @param {string} before the version that shall run again @param {Watched[]} shops
 * @returns {Promise<{ ms: number, left: string[] }>} left: shops that are not back on the version before
 */
export async function recallRollout(ops, rolloutId, before, shops) {
  const startedMs = performance.now();
  await ops.post(`/api/ops/rollouts/${rolloutId}/recall`, { reason: "The journeys recall a version that came everywhere" });
  const isBack = async (/** @type {Watched} */ shop) => {
    const known = await ops.get(`/api/ops/plugins/${shop.pluginId}`);
    return (await versionIn(shop)) === before && known.running_version === before;
  };
  const outcomes = await Promise.allSettled(shops.map((shop) => until(() => isBack(shop), `${before} in ${shop.name}`, LONGEST_MS)));
  const left = shops.filter((_, i) => outcomes[i]?.status === "rejected").map(({ name }) => name);
  return { ms: Math.round(performance.now() - startedMs), left };
}

/** The version that a shop runs: the one on its disk, if its home page is made by that one. @param {{ place: string, url: string }} shop */
export async function versionIn({ place, url }) {
  const page = await (await fetch(`${url}/`)).text();
  const shown = /<!-- wp-pay (\S+) -->/.exec(page)?.[1] ?? "nothing";
  const disk = readVersion(place);
  return shown === disk ? disk : `${disk} on disk, ${shown} shown`;
}

/** @param {string} place @returns {string} "none" between the two renames of a swap */
function readVersion(place) {
  try {
    return JSON.parse(readFileSync(join(place, "plugin.json"), "utf8")).version;
  } catch {
    return "none";
  }
}
