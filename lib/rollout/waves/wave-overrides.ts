import { z } from "zod";
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

/** The waves of one rollout: the policy's, with its overrides. Order and shares stay what they are. */
export function overrideWaves(overrides: WaveOverrides): readonly WaveRule[] {
  return DEFAULT_WAVES.map((rule) => {
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
