import { setTimeout as wait } from "node:timers/promises";
import { inspectShop } from "./inspect-shop.mjs";
import { openShop } from "./open-shop.mjs";
import { isOver, pickStory } from "./stories.mjs";

const SHOPS_AT_ONCE = 7;
const WHOLE_WITHIN_MS = 60_000;
const LOOK_MS = 500;

/**
 * Waits until a shop is whole; with agents being killed that may take some lives.
 *
 * @param {import("./open-shop.mjs").Shop} shop
 * @returns {Promise<string[]>} what is still wrong after a minute
 */
async function findHalf(shop) {
  for (const deadline = performance.now() + WHOLE_WITHIN_MS; ; await wait(LOOK_MS)) {
    const problem = await inspectShop(shop);
    if (problem === null) return [];
    if (performance.now() > deadline) return [`${shop.slug}: ${problem}`];
  }
}

/**
 * Shops that open, live through a story and close again, so that work never runs out.
 *
 * @param {import("./open-shop.mjs").Town & { tenants: { healed: string, ordered: string }, random: import("./seeded-random.mjs").Random, report: (line: string) => void }} surroundings
 */
export function startTown({ tenants, random, report, ...town }) {
  const closing = { isOver: false };
  /** @type {Set<import("./open-shop.mjs").Shop>} */
  const open = new Set();
  /** @type {string[]} */
  const half = [];
  /** @type {import("./open-shop.mjs").Shop[]} */
  const all = [];
  let opened = 0;

  /** @param {import("./open-shop.mjs").Shop} shop */
  async function close(shop) {
    const { items } = await town.ops.get(`/api/ops/autopatch-attempts?plugin_id=${shop.pluginId}`);
    // Whatever is still under way there needs its agent: the shop stays open to the end.
    if (!items.every(isOver)) return;
    half.push(...(await findHalf(shop)));
    await shop.stop();
    await town.ops.post(`/api/ops/plugins/${shop.pluginId}/revoke`, { reason: "the exercise is over here" });
    open.delete(shop);
  }

  async function liveOn() {
    while (!closing.isOver) {
      const story = pickStory(random);
      opened += 1;
      const slug = `shop-${opened}`;
      const { version, config } = story;
      const shop = await openShop(town, { slug, tenantId: tenants[story.tenant], version, config });
      open.add(shop);
      all.push(shop);
      await story.play({ ops: town.ops, pluginId: shop.pluginId, closing, random });
      if (!closing.isOver) await close(shop);
      report(`${slug} (${story.name}) ${open.has(shop) ? "stays open" : "closed"}`);
    }
  }

  const lives = Promise.all(Array.from({ length: SHOPS_AT_ONCE }, liveOn));
  // Whoever waits for the end hears of a fault; until then it must not bring the process down.
  lives.catch(() => undefined);
  return {
    open,
    all,
    half,
    /** Nothing new begins; the shops stay open for what is under way. */
    async settle() {
      closing.isOver = true;
      await lives;
    },
    async inspectAll() {
      half.push(...(await Promise.all([...open].map(findHalf))).flat());
    },
    async stop() {
      closing.isOver = true;
      await Promise.all([...open].map((shop) => shop.stop()));
    },
  };
}
