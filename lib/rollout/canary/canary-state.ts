import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";

export const CANARY_ARMS = ["canary", "control"] as const;
export type CanaryArm = (typeof CANARY_ARMS)[number];

/** Webhooks, and those of them that failed. */
const counts = { events: z.number().int().min(0), failures: z.number().int().min(0) };

const tally = z.strictObject({
  pluginId: z.string().min(1).max(64),
  arm: z.enum(CANARY_ARMS),
  /** Of the plugin's last days before the wave; zeros when nothing is known. */
  before: z.strictObject(counts),
  /** Since the wave began. */
  ...counts,
});

/** What one plugin showed since the wave began. The counts are all that the judge needs, so the past can be forgotten. */
export type PluginTally = Readonly<z.infer<typeof tally>>;

/**
 * All that is remembered of a wave: one line a plugin, however long it lasts. As JSON it is its own stored form.
 */
export const canaryStateSchema = z.strictObject({
  version: z.literal(1),
  tallies: z
    .array(tally.refine(({ events, failures }) => failures <= events, "more failures than events"))
    .max(LIMITS.canaryPlugins)
    .readonly(),
});
export type CanaryState = Readonly<z.infer<typeof canaryStateSchema>>;

/** A wave of which nothing has been heard. */
export const EMPTY_CANARY: CanaryState = { version: 1, tallies: [] };

/** What one plugin reported since it was last counted. Its past is read with its first step and stays as it was then. */
export type CanaryStep = PluginTally;

/**
 * Adds what a plugin reported. Control counts only while the wave runs: what happened before or elsewhere is no comparison.
 *
 * A plugin stays in the arm in which it was first counted: one that receives the patch in a later wave begins anew there, in
 * that wave's own state. Beyond LIMITS.canaryPlugins newcomers are left out, which costs evidence and never validity.
 *
 * @throws RangeError on counts that cannot be
 */
export function observeCanary(state: CanaryState, step: CanaryStep): CanaryState {
  const { arm, events, failures } = step;
  if (!(Number.isInteger(events) && Number.isInteger(failures) && failures >= 0 && failures <= events)) {
    throw new RangeError(`${failures} failures of ${events} events cannot be`);
  }
  if (events === 0) return state;
  const at = state.tallies.findIndex((each) => each.pluginId === step.pluginId);
  const known = state.tallies[at];
  if (!known) {
    if (state.tallies.length >= LIMITS.canaryPlugins) return state;
    return { ...state, tallies: [...state.tallies, step] };
  }
  if (known.arm !== arm) return state;
  const grown = { ...known, events: known.events + events, failures: known.failures + failures };
  return { ...state, tallies: state.tallies.with(at, grown) };
}
