import { startFakeCenter } from "../../plugin-client/js/testing/fake-center.mjs";
import { startWordPress } from "./host/start-wordpress.mjs";
import { filesOf, MAIN, packVersion } from "./pack.mjs";
import { startPaymentService } from "./payment-service.mjs";
import { startShoppers } from "./shoppers.mjs";

const NAME = "tiny"; // the key that the Center for tests plans for

/**
 * Takes one real shop through update after update, each applied, committed and on the home page of somebody who never stops looking.
 * @param {{ tools: import("./host/start-wordpress.mjs").Tools, updates: number, isPhpAlone?: boolean }} options isPhpAlone: `php -S` instead of nginx and php-fpm
 * @returns {Promise<{ updates: number, shopperErrors: number, pages: number, ackMs: number[], problems: string[] }>} ackMs: from the decision to `applied`
 */
export async function runManyUpdates({ tools, updates, isPhpAlone = false }) {
  const center = await startFakeCenter({ nextHeartbeatSeconds: 5 });
  const payment = await startPaymentService();
  const agent = {
    center_url: center.url,
    plugin_id: center.pluginId,
    secret: center.secret,
    trust: center.trust,
    plugin: { folder: NAME, main: MAIN },
  };
  const plugin = { folder: NAME, main: MAIN, files: filesOf(NAME, "1.0.1") };
  const wishes = () => [{ name: "shop", plugin, agent, settings: payment.settings }];
  const wordpress = await startWordPress({ tools, wishes, count: 1, isPhpAlone }).catch(async (error) => {
    await Promise.all([center.stop(), payment.stop()]);
    throw error;
  });
  const shop = wordpress.shops[0];
  const shoppers = startShoppers(String(shop?.url));
  /** @type {number[]} */
  const ackMs = [];
  try {
    let from = "1.0.1";
    for (let i = 1; i <= updates; i += 1) {
      const to = `1.0.${i + 1}`;
      ackMs.push(await updateOnce(center, from, to, `${shop?.url}/?reliability_agent=wake`));
      from = to;
    }
  } finally {
    await shoppers.stop();
    await wordpress.stop();
    await Promise.all([center.stop(), payment.stop()]);
  }
  const { pages, errors, problems } = shoppers.seen;
  return { updates: ackMs.length, shopperErrors: errors, pages, ackMs, problems };
}

/**
 * @param {import("../../plugin-client/js/testing/fake-center.mjs").FakeCenter} center
 * @param {string} from @param {string} to @param {string} wakeUrl
 */
async function updateOnce(center, from, to, wakeUrl) {
  const artifact = center.offer(packVersion(NAME, to));
  const beats = center.beats.length;
  const id = center.send({ type: "update", from_version: from, to_version: to, artifact });
  let appliedAt = 0;
  center.onAnswer = ({ data }) => {
    if (data.command_id !== id || data.stage !== "applied") return;
    appliedAt = Date.now();
    center.send({ type: "commit", ref: id });
  };
  const taken = center.until(() => center.beats.length > beats, "the beat that takes the command along").then(() => Date.now());
  await fetch(wakeUrl).then((answer) => answer.text());
  const decidedAt = await taken;
  await center.until(() => /^(committed|fail:.*)$/.test(center.answersTo(id).at(-1) ?? ""), `the end of ${to}`);
  const outcome = center.answersTo(id).at(-1);
  if (outcome !== "committed") throw new Error(`${to} ended as ${outcome}`);
  return Math.max(0, appliedAt - decidedAt);
}
