/**
 * `npm run e2e:wordpress`: the agent in real WordPress shops on nginx and php-fpm. Twenty updates of one shop under a shopper's eyes, then
 * three sick shops driven by the real Center: one is healed, one gets a fatal version that its agent takes back, one gets a version that
 * fails nine of ten webhooks without a fatal and is rolled back by what Center measures.
 * Last line `{ updates, healed_ms_median, shopper_errors, recalled }`; `recalled` is null, since no version is recalled here. Exit 1 when a
 * journey ended otherwise or a home page failed.
 */
import { runJourneys } from "../../examples/wordpress/journeys.mjs";
import { runManyUpdates } from "../../examples/wordpress/many-updates.mjs";
import { findWordPress } from "../setup/find-wordpress.mjs";

const UPDATES = 20;

const tools = findWordPress(process.env);
if (!tools) {
  console.error("there is no WordPress here; `npm test` says what to install");
  process.exit(1);
}

/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? null;

const many = await runManyUpdates({ tools, updates: UPDATES });
console.log(`${many.updates} updates, from decision to applied ${median(many.ackMs)} ms (median), ${many.pages} home pages`);
for (const problem of many.problems) console.log(problem);
const journeys = await runJourneys({ tools });
for (const { key, status, runs, reason, ms } of journeys.ends)
  console.log(`${key}: ${status} on ${runs} after ${ms} ms${reason ? ` (${reason})` : ""}`);
for (const problem of journeys.problems) console.log(problem);

console.log(
  JSON.stringify({
    updates: many.updates,
    healed_ms_median: median(journeys.healedMs),
    shopper_errors: many.shopperErrors,
    recalled: null,
  }),
);
process.exitCode = journeys.problems.length === 0 && many.shopperErrors === 0 && many.updates === UPDATES ? 0 : 1;
