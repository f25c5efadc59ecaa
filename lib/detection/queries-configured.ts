import { detectionRules } from "@/db/schema/safety";
import { scopeFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import type { ConfiguredRules } from "./types";

let cached: { readonly until: number; readonly rules: Promise<ConfiguredRules> } | null = null;

async function load(): Promise<ConfiguredRules> {
  const rows = await read(scopeFor("scan"), (tx) => tx.select().from(detectionRules));
  return Object.fromEntries(rows.map((row) => [row.id, { enabled: row.isEnabled, params: row.params }]));
}

/** The stored configuration of the rules, at most LIMITS.powerCacheMs old: the same object until it is read again. */
export function configuredRules(nowMs: number = performance.now()): Promise<ConfiguredRules> {
  if (cached && cached.until > nowMs) return cached.rules;
  const rules = load();
  cached = { until: nowMs + LIMITS.powerCacheMs, rules };
  rules.catch(() => {
    cached = null;
  });
  return rules;
}
