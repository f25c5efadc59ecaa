import path from "node:path";
import { fileURLToPath } from "node:url";
import { DemoFleet } from "./fleet/demo-fleet.mjs";
import { log } from "./fleet/log.mjs";
import { readFleet } from "./fleet/read-fleet.mjs";

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set`);
  return value;
}

/**
 * The demo fleet as a process. Environment: FLEET_FILE (who the merchants are), DEMO_DIR (their folders),
 * FLEET_AGENT (agent to run, plugin-client/js/agent.mjs unless set), FLEET_ORDERS_PER_SECOND (a shop's mean rate, 2 unless set).
 * SIGTERM, SIGINT or the end of the parent close it within 5 s, with exit code 0.
 */
async function main() {
  const demoFleet = new DemoFleet({
    fleet: readFleet(required("FLEET_FILE")),
    demoDirectory: path.resolve(required("DEMO_DIR")),
    agentPath: process.env.FLEET_AGENT ?? fileURLToPath(new URL("../../plugin-client/js/agent.mjs", import.meta.url)),
    ordersPerSecond: Number(process.env.FLEET_ORDERS_PER_SECOND ?? 2),
  });
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await demoFleet.stop();
    log("info", "INFO_STOPPED", "The merchants closed");
    process.exit(0);
  };
  for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.on(event, stop);
  await demoFleet.start();
}

main().catch((error) => {
  log("error", "ERR_UNAVAILABLE", `The demo fleet could not start: ${error.message}`);
  process.exit(1);
});
