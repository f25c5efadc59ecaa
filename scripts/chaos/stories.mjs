import { setTimeout as wait } from "node:timers/promises";
import { OpsRefusal } from "./ops-client.mjs";

const LOOK_MS = 1_000;
const REASON = "an exercise asked for it";

/**
 * What happens at a shop from its opening to its end. `version` is what it opens with, `config` its plugin's configuration.
 *
 * @typedef {{ isOver: boolean }} Closing nothing new is begun once it is over
 * @typedef {{ ops: import("./ops-client.mjs").OpsClient, pluginId: string, closing: Closing, random: import("./seeded-random.mjs").Random }} Scene
 * @typedef {{ name: string, share: number, tenant: "healed" | "ordered", version: string, config: Record<string, unknown>, play(scene: Scene): Promise<void> }} Story
 */

/** One that was called back says `cancelled` before its way back is over. @param {{ finished_at: string | null }} attempt */
export const isOver = (attempt) => attempt.finished_at !== null;

/** @param {Scene} scene @returns {Promise<any[]>} newest first */
const readAttempts = async ({ ops, pluginId }) => (await ops.get(`/api/ops/autopatch-attempts?plugin_id=${pluginId}`)).items;

/** @param {Scene} scene @returns {Promise<any | null>} the incident that a person could do something about */
async function readIncident({ ops, pluginId }) {
  const { items } = await ops.get(`/api/ops/plugin-incidents?plugin_id=${pluginId}&status=open,awaiting_approval,escalated`);
  return items[0] ?? null;
}

/**
 * @template T
 * @param {Scene} scene @param {number} withinMs @param {() => Promise<T | null | false>} look
 * @returns {Promise<T | null>} null when it did not come in time, or everything is closing
 */
async function until({ closing }, withinMs, look) {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline && !closing.isOver; await wait(LOOK_MS)) {
    const seen = await look();
    if (seen) return seen;
  }
  return null;
}

/** Orders something about the shop's incident, again while the state moves on. @param {Scene} scene @param {string} action @param {object} [params] */
async function order(scene, action, params) {
  return until(scene, 90_000, async () => {
    const incident = await readIncident(scene);
    if (!incident) return null;
    const body = { action, reason: REASON, ...(params ? { params } : {}) };
    return scene.ops.post(`/api/ops/plugin-incidents/${incident.id}/manual-action`, body).catch((error) => {
      if (error instanceof OpsRefusal && error.status === 409) return null;
      throw error;
    });
  });
}

/** @param {Scene} scene @param {number} count how many attempts there have to be, all of them ended */
const untilEnded = (scene, count) =>
  until(scene, 240_000, async () => {
    const attempts = await readAttempts(scene);
    return attempts.length >= count && attempts.every(isOver);
  });

/** Where Center heals by itself, what failed is tried again as long as its incident is open. @param {Scene} scene */
const untilHealed = (scene) =>
  until(scene, 240_000, async () => {
    const attempts = await readAttempts(scene);
    if (attempts.length === 0 || !attempts.every(isOver)) return false;
    const { items } = await scene.ops.get(`/api/ops/plugin-incidents?plugin_id=${scene.pluginId}&status=open,healing`);
    return attempts[0].status === "success" || items.length === 0;
  });

/** @param {string} version @returns {(scene: Scene) => Promise<void>} */
const patchedTo = (version) => async (scene) => {
  if (await order(scene, "patch", { version })) await untilEnded(scene, 1);
};

const sick = { version: "1.2.2", config: {} };

/** @type {readonly Story[]} */
export const STORIES = [
  {
    name: "heals by itself",
    share: 4,
    tenant: "healed",
    ...sick,
    async play(scene) {
      const begun = await until(scene, 60_000, async () => (await readAttempts(scene)).length > 0);
      if (begun || (await order(scene, "patch", { version: "1.2.3" }))) await untilHealed(scene);
    },
  },
  { name: "good patch by order", share: 2, tenant: "ordered", ...sick, play: patchedTo("1.2.3") },
  { name: "patch that degrades", share: 2, tenant: "ordered", ...sick, play: patchedTo("1.2.5") },
  {
    name: "patch that crashes",
    share: 2,
    tenant: "ordered",
    version: "1.2.2",
    config: { currency_format: "swiss" },
    play: patchedTo("1.2.4"),
  },
  {
    name: "called back",
    share: 2,
    tenant: "ordered",
    ...sick,
    async play(scene) {
      const ordered = await order(scene, "patch", { version: "1.2.3" });
      if (!ordered) return;
      const { incident_id: incidentId } = await scene.ops.get(`/api/ops/autopatch-attempts/${ordered.attempt_id}`);
      await wait(scene.random.between(0, 40_000));
      const body = { action: "rollback", reason: REASON };
      // It may have ended by now: then there is nothing to call back.
      await scene.ops.post(`/api/ops/plugin-incidents/${incidentId}/manual-action`, body).catch((error) => {
        if (!(error instanceof OpsRefusal) || error.status !== 409) throw error;
      });
      await untilEnded(scene, 1);
    },
  },
  {
    name: "restarted, then patched",
    share: 1,
    tenant: "ordered",
    ...sick,
    async play(scene) {
      if (!(await order(scene, "restart")) || !(await untilEnded(scene, 1))) return;
      if (await order(scene, "patch", { version: "1.2.3" })) await untilEnded(scene, 2);
    },
  },
  {
    name: "healthy all along",
    share: 1,
    tenant: "healed",
    version: "1.2.3",
    config: {},
    async play(scene) {
      await until(scene, 45_000, async () => null);
    },
  },
];

/** Every story as often as its share says. @param {import("./seeded-random.mjs").Random} random @returns {Story} */
export const pickStory = (random) => random.pick(STORIES.flatMap((story) => Array.from({ length: story.share }, () => story)));
