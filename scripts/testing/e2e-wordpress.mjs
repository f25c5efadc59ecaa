/**
 * `npm run e2e:wordpress`: the agent in real WordPress shops on nginx and php-fpm. Twenty updates of one shop under a shopper's eyes, and
 * beside them shops driven by the real Center, with releases that their vendor signed off-line: two sick ones are healed, one gets a fatal
 * version that its agent takes back, one gets a version that fails nine of ten webhooks without a fatal and is rolled back by what Center
 * measures; a good version goes through a wave to everybody, and is then recalled everywhere. Two updates more are made on `php -S`, whose one
 * process cannot ask itself. At last a run is broken off by `kill -9`: nothing of it may be left.
 *
 * Each case is a line `ok` or `FAIL`. Last line `{ updates, healed_ms_median, shopper_errors, recalled }`: updates that were committed, the
 * time from detection to the end of the attempt, home pages that failed in any shop, shops that left the recalled version. Exit 1 when a
 * case failed. However it ends, its servers and folders go with it.
 */
import path from "node:path";
import { runJourneys } from "../../examples/wordpress/journeys.mjs";
import { runManyUpdates } from "../../examples/wordpress/many-updates.mjs";
import { findWordPress } from "../setup/find-wordpress.mjs";
import { setUp } from "../setup/set-up.mjs";
import { breakOff } from "./wordpress/break-off.mjs";
import { openCenter } from "./wordpress/open-center.mjs";

const UPDATES = 20;
const UPDATES_ON_PHP_ALONE = 2;
const root = path.resolve(import.meta.dirname, "../..");

const tools = findWordPress(process.env);
if (!tools) {
  console.error("there is no WordPress here; `npm test` says what to install");
  process.exit(1);
}
await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });

/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? null;

let failures = 0;
/** @param {import("../../examples/wordpress/journeys.mjs").Case} outcome */
function tell({ name, isOk, said }) {
  if (!isOk) failures += 1;
  console.log(`${isOk ? "ok  " : "FAIL"} ${name}: ${said}`);
}

/** @param {string} name @param {number} wanted @param {Awaited<ReturnType<typeof runManyUpdates>>} outcome */
function tellUpdates(name, wanted, { updates, pages, shopperErrors, ackMs, problems }) {
  const said = `${updates} of ${wanted}, from decision to applied ${median(ackMs)} ms (median), ${pages} home pages, ${shopperErrors} errors`;
  const isOk = updates === wanted && pages > 0 && shopperErrors === 0 && problems.length === 0;
  tell({ name, isOk, said: [said, ...problems].join(" | ") });
}

/**
 * A part that broke down is a case that failed, and the others are still told.
 * @template Outcome
 * @param {string} name @param {Promise<Outcome>} part
 */
async function endOf(name, part) {
  try {
    return await part;
  } catch (error) {
    tell({ name, isOk: false, said: /** @type {Error} */ (error).stack ?? String(error) });
    return null;
  }
}

async function runUpdates() {
  const many = await endOf("updates of one shop", runManyUpdates({ tools, updates: UPDATES }));
  if (many) tellUpdates("updates of one shop", UPDATES, many);
  const alone = runManyUpdates({ tools, updates: UPDATES_ON_PHP_ALONE, isPhpAlone: true });
  const few = await endOf("updates on php -S", alone);
  if (few) tellUpdates("updates on php -S", UPDATES_ON_PHP_ALONE, few);
  const left = await endOf("broken off", breakOff(root));
  if (left) tell(left);
  return many;
}

async function runWithCenter() {
  const center = await openCenter(root);
  try {
    return await runJourneys({ tools, center });
  } finally {
    await center.stop();
  }
}

const [journeys, many] = await Promise.all([endOf("journeys", runWithCenter()), runUpdates()]);
for (const outcome of journeys?.cases ?? []) tell(outcome);
const last = {
  updates: many?.updates ?? 0,
  healed_ms_median: median(journeys?.healedMs ?? []),
  shopper_errors: many && journeys ? many.shopperErrors + journeys.shopperErrors : null,
  recalled: journeys?.recalled ?? 0,
};
console.log(JSON.stringify(last));
// A part that broke down may have left something that would keep us waiting; what it started ends with us.
process.exit(failures === 0 ? 0 : 1);
