/**
 * `npm run bench:overload`: whether one tenant at ten times its rate hurts the others (their p99 may grow 1.5 times), and how much of the
 * peak is still stored when three times as much is offered (80 % is wanted). Against the production build, open loop: what a sender would
 * have waited counts. Every round measures the calm beside the loud one and the peak beside the flood, so that what the machine does
 * otherwise touches both. Options: --seconds N of each case (5), --rounds N (3), --plugins N (4000), --share S of the peak at which the
 * calm case runs (0.4).
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { startCenter } from "./center/start-center.mjs";
import { median, runLoad } from "./load/run-load.mjs";
import { rounded } from "./measure/summarise.mjs";

const root = path.resolve(import.meta.dirname, "..");
const TENANTS = 40;
const TIMES_LOUD = 10;
const TIMES_PEAK = 3;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    plugins: { type: "string", default: "4000" },
    share: { type: "string", default: "0.4" },
  },
});
const seconds = Number(values.seconds);

/**
 * @typedef {Awaited<ReturnType<typeof runLoad>>} Load
 * @typedef {{ peak: Load, calm: Load, beside: Load, loud: Load, flooded: Load }} Round
 */

/** @param {import("./center/start-center.mjs").RunningCenter} center @returns {Promise<Round>} */
async function measure({ port, plugins }) {
  const target = { port, path: "/api/plugins/heartbeat", seconds };
  const [first] = plugins;
  const loudOnes = plugins.filter(({ tenantId }) => tenantId === first?.tenantId);
  const others = plugins.filter(({ tenantId }) => tenantId !== first?.tenantId);
  const peak = await runLoad({ ...target, plugins });
  const flooded = await runLoad({ ...target, plugins, ratePerSecond: peak.beatsPerSecond * TIMES_PEAK, clients: 256 });
  const calmRate = peak.beatsPerSecond * Number(values.share);
  const calm = await runLoad({ ...target, plugins: others, ratePerSecond: calmRate });
  const [beside, loud] = await Promise.all([
    runLoad({ ...target, plugins: others, ratePerSecond: calmRate }),
    runLoad({ ...target, plugins: loudOnes, ratePerSecond: (calmRate / TENANTS) * TIMES_LOUD }),
  ]);
  return { peak, calm, beside, loud, flooded };
}

/** @param {number} number @param {Round} round */
function tell(number, round) {
  for (const [name, { beatsPerSecond, p50Ms, p99Ms, statuses }] of Object.entries(round)) {
    const answers = JSON.stringify(statuses);
    console.log(
      `round ${number} ${name.padEnd(7)} ${beatsPerSecond.toFixed(0)}/s stored, p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, ${answers}`,
    );
  }
}

const center = await startCenter({ root, tenants: TENANTS, pluginsEach: Math.ceil(Number(values.plugins) / TENANTS) });
try {
  await runLoad({ port: center.port, path: "/api/plugins/heartbeat", plugins: center.plugins, requests: 10_000, seconds: 120 });
  /** @type {Round[]} */
  const rounds = [];
  for (let number = 1; number <= Number(values.rounds); number += 1) {
    const round = await measure(center);
    rounds.push(round);
    tell(number, round);
  }
  const of = (/** @type {(round: Round) => number} */ pick) => median(rounds.map(pick));
  console.log(
    JSON.stringify({
      peak_per_s: rounded(
        of(({ peak }) => peak.beatsPerSecond),
        0,
      ),
      others_p99_ms: rounded(
        of(({ calm }) => calm.p99Ms),
        1,
      ),
      others_p99_beside_loud_ms: rounded(
        of(({ beside }) => beside.p99Ms),
        1,
      ),
      others_p99_ratio: rounded(
        of(({ beside, calm }) => beside.p99Ms / calm.p99Ms),
        2,
      ),
      goodput_ratio: rounded(
        of(({ flooded, peak }) => flooded.beatsPerSecond / peak.beatsPerSecond),
        2,
      ),
    }),
  );
} finally {
  await center.stop();
}
