import { readText, removeDurably, writeDurably } from "../disk/durable-file.mjs";
import { diskVersion, pointCurrentAt } from "../disk/installed-versions.mjs";
import { StartError } from "../plugin/plugin-process.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */
/** @typedef {import("../types.d.mts").Home} Home */

/**
 * Takes the plugin from wherever it is to a whole home (version and configuration) and proves that it runs there. Every step may be
 * repeated, so after a crash between any two of them the same call, or one back to the last good home, ends whole.
 *
 * @param {Agent} agent
 * @param {Home} home
 * @param {"apply" | "restore" | "resume"} scope prefix of the kill points
 * @throws StartError when the plugin does not come up as that version
 */
export function switchHome(agent, home, scope) {
  const switched = carryOut(agent, home, scope);
  const settled = () => {
    agent.switching = null;
  };
  agent.switching = switched.then(settled, settled);
  return switched;
}

/** @type {(agent: Agent, home: Home, scope: "apply" | "restore" | "resume") => Promise<void>} */
async function carryOut(agent, home, scope) {
  await agent.plugin.stop();
  agent.kill(`${scope}.stopped`);
  agent.observed = { ...agent.observed, health: null, misses: 0 }; // what was seen belongs to the former home
  placeHome(agent, home, scope);
  if (agent.isClosing) throw new StartError("closing");
  agent.crashes.clear();
  agent.plugin.start(home.version, (step) => agent.kill(`${scope}.${step}`));
  agent.observed.answeredAt = performance.now();
  const health = await agent.plugin.prove(home.version);
  agent.observed = { health, misses: 0, answeredAt: performance.now(), isActive: health.active };
  agent.kill(`${scope}.healthy`);
}

/**
 * The part of a switch that touches the disk.
 * @param {Agent} agent
 * @param {Home} home
 * @param {"apply" | "restore" | "resume"} scope
 */
export function placeHome({ layout, kill }, home, scope) {
  if (readText(layout.config) !== home.config) {
    if (home.config === null) removeDurably(layout.config);
    else writeDurably(layout.config, home.config);
  }
  kill(`${scope}.config`);
  if (diskVersion(layout) !== home.version) pointCurrentAt(layout, home.version, () => kill(`${scope}.link_made`));
  kill(`${scope}.swapped`);
}

/**
 * What is on disk now.
 * @param {import("../disk/layout.mjs").Layout} layout
 * @returns {Home}
 */
export function readHome(layout) {
  return { version: String(diskVersion(layout)), config: readText(layout.config) };
}
