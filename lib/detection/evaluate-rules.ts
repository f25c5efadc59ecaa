import { resolveRules } from "@/lib/detection/resolve-rules";
import type { ConfiguredRules, Finding, PluginWindow } from "@/lib/detection/types";

/**
 * What all enabled rules say about one plugin's window.
 *
 * @param configured  stored rules by id; missing ones run with their defaults, broken params fall back to them
 * @returns findings in the registry's order; none when nothing is wrong
 */
export function evaluateRules(window: PluginWindow, configured: ConfiguredRules): Finding[] {
  return resolveRules(configured).flatMap(({ rule, params }) => rule.evaluate(window, params) ?? []);
}
