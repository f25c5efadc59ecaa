import { tallyOf } from "../center/fail-rate.mjs";
import { AGENT_LIMITS } from "../limits.mjs";
import { probeHealth } from "../plugin/probe-health.mjs";

/**
 * Looks at the plugin once and updates what the agent believes of it; a change worth knowing makes an urgent beat.
 * One missed answer changes nothing yet: a busy second is no outage.
 * @param {import("../types.d.mts").Agent} agent
 * @returns {Promise<import("../types.d.mts").Health | null>} what to believe now: null means unknown, never healthy
 */
export async function observePlugin(agent) {
  await agent.switching; // between two homes there is nothing to see that would not be misread
  const { plugin, observed, failRate, config } = agent;
  const bootId = plugin.bootId;
  const fresh = plugin.isRunning ? await probeHealth(config.plugin.port) : null;
  if (agent.observed !== observed || plugin.bootId !== bootId) return agent.observed.health; // a switch came in between
  if (fresh) {
    observed.health = fresh;
    observed.misses = 0;
    observed.answeredAt = performance.now();
  } else {
    observed.misses += 1;
    if (!plugin.isRunning || observed.misses >= AGENT_LIMITS.missesUntilInactive) observed.health = null;
  }
  const isActive = observed.health?.active ?? false;
  const isChanged = observed.isActive !== null && observed.isActive !== isActive;
  observed.isActive = isActive;
  if (fresh && failRate.crosses(tallyOf(bootId, fresh))) {
    agent.log("warn", "the share of failed webhooks crossed the local threshold", { counters: fresh.counters });
    agent.urgent();
  }
  if (isChanged) {
    agent.log("info", isActive ? "the plugin is active again" : "the plugin is not active", {});
    agent.urgent();
  }
  return observed.health;
}
