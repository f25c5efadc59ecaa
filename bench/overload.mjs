/**
 * `npm run bench:overload`: whether one tenant at ten times its rate hurts the others (their p99 may grow 1.5 times), and how much of the
 * peak is still stored when three times as much is offered (80 % is wanted). Against the production build, open loop: what a sender would
 * have waited counts. Options: --seconds N of each case (8), --plugins N (4000), --share S of the peak at which the calm case runs (0.4).
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { startCenter } from "./center/start-center.mjs";
import { runLoad } from "./load/run-load.mjs";
import { rounded } from "./measure/summarise.mjs";

const root = path.resolve(import.meta.dirname, "..");
const TENANTS = 40;
const TIMES = 10;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "8" },
    plugins: { type: "string", default: "4000" },
    share: { type: "string", default: "0.4" },
  },
});
const seconds = Number(values.seconds);

const center = await startCenter({ root, tenants: TENANTS, pluginsEach: Math.ceil(Number(values.plugins) / TENANTS) });
try {
  const target = { port: center.port, path: "/api/plugins/heartbeat", seconds };
  const [loud] = center.plugins;
  const loudOnes = center.plugins.filter(({ tenantId }) => tenantId === loud?.tenantId);
  const others = center.plugins.filter(({ tenantId }) => tenantId !== loud?.tenantId);
  await runLoad({ ...target, plugins: center.plugins, requests: 5_000, seconds: 120 });
  const peak = await runLoad({ ...target, plugins: center.plugins });

  const calmRate = peak.beatsPerSecond * Number(values.share);
  const calm = await runLoad({ ...target, plugins: others, ratePerSecond: calmRate });
  const loudRate = (calmRate / TENANTS) * TIMES;
  const [beside, loudResult] = await Promise.all([
    runLoad({ ...target, plugins: others, ratePerSecond: calmRate }),
    runLoad({ ...target, plugins: loudOnes, ratePerSecond: loudRate }),
  ]);
  const pressed = await runLoad({ ...target, plugins: center.plugins, ratePerSecond: peak.beatsPerSecond * 3, clients: 256 });

  console.log(
    "peak",
    peak,
    "\ncalm",
    calm,
    "\nbeside the loud tenant",
    beside,
    "\nthe loud tenant",
    loudResult,
    "\nthree times the peak",
    pressed,
  );
  console.log(
    JSON.stringify({
      peak_per_s: rounded(peak.beatsPerSecond, 0),
      others_p99_ms: rounded(calm.p99Ms, 1),
      others_p99_beside_loud_ms: rounded(beside.p99Ms, 1),
      others_p99_ratio: rounded(beside.p99Ms / calm.p99Ms, 2),
      goodput_share: rounded(pressed.beatsPerSecond / peak.beatsPerSecond, 2),
    }),
  );
} finally {
  await center.stop();
}
