import { z } from "zod";
import type { Policy } from "@/lib/policy/types";
import { DEFAULT_WAVES, type WaveRule } from "@/lib/rollout/waves/plan-waves";

const DAY_SECONDS = 24 * 60 * 60;

/** What a rollout may do differently from the policy, wave by wave; the reason stands in the audit. */
export const waveOverridesSchema = z
  .array(
    z.strictObject({
      name: z.enum(["whitelist", "fifth", "half", "all"]),
      bakeSeconds: z
        .number()
        .int()
        .min(0)
        .max(90 * DAY_SECONDS)
        .optional(),
      /** Largest excess failure share that may stay possible, 0..1. */
      tolerance: z.number().min(0.005).max(0.5).optional(),
      merchants: z.number().int().min(1).max(100).optional(),
    }),
  )
  .max(DEFAULT_WAVES.length);
export type WaveOverrides = z.output<typeof waveOverridesSchema>;

/** How long each wave bakes by policy, in days; after the last there is nothing to wait for. */
export type PolicyBakes = Pick<Policy, "bake_whitelist_days" | "bake_fifth_days" | "bake_half_days">;

function bakedBy(policy: PolicyBakes, rule: WaveRule): WaveRule {
  const days = { whitelist: policy.bake_whitelist_days, fifth: policy.bake_fifth_days, half: policy.bake_half_days };
  const isKnown = (name: string): name is keyof typeof days => Object.hasOwn(days, name);
  return isKnown(rule.name) ? { ...rule, bakeDays: days[rule.name] } : rule;
}

/**
 * The waves of one rollout: the policy's, with its overrides. Order and shares stay what they are. They are stored with the
 * rollout, so a policy that changes later changes nothing about it.
 */
export function overrideWaves(policy: PolicyBakes, overrides: WaveOverrides): readonly WaveRule[] {
  return DEFAULT_WAVES.map((wave) => {
    const rule = bakedBy(policy, wave);
    const given = overrides.find(({ name }) => name === rule.name);
    if (!given) return rule;
    return {
      ...rule,
      bakeDays: given.bakeSeconds === undefined ? rule.bakeDays : given.bakeSeconds / DAY_SECONDS,
      tolerance: given.tolerance ?? rule.tolerance,
      merchants: rule.merchants === null ? null : (given.merchants ?? rule.merchants),
    };
  });
}
