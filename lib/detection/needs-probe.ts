import { resolveRules } from "@/lib/detection/resolve-rules";
import { presence, silence } from "@/lib/detection/rules/silence";
import type { ConfiguredRules, PluginWindow } from "@/lib/detection/types";

/**
 * Whether the server has to look at a plugin's site itself before it may call the plugin lost (protocol.md, Beats): its beat is
 * late by the very figures the silence rule uses, and there is a URL to look at.
 */
export function needsProbe(window: PluginWindow, configured: ConfiguredRules): boolean {
  const rule = resolveRules(configured).find(({ rule }) => rule.id === silence.id);
  if (!rule || !window.hasProbeUrl || !window.lastSeenAt) return false;
  const { grace_seconds } = rule.params as typeof silence.defaults;
  return presence({ ...window, probe: null }, grace_seconds) !== "fresh";
}
