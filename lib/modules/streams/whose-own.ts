import { addSteps, readMeasure } from "./step-sums";
import type { Measure, RaisedMeasure, StepSums } from "./types";

/** What one tenant did within a step. */
interface TenantStep {
  readonly tenantId: string;
  readonly sums: StepSums;
  /** What its own stream raises. */
  readonly raised: readonly RaisedMeasure[];
}

/** Answer times are one story, whichever of them tells it. */
const storyOf = (measure: Measure) => (measure.startsWith("latency_") ? "latency" : measure);

/** How much of what makes a measure look bad is a tenant's. @param above  what the measure usually stays below, in its own unit */
function partOf(measure: Measure, { errors, latency }: StepSums, above: number): number {
  if (measure === "error_rate") return errors;
  const slow = Object.entries(latency).filter(([bucket]) => 1.2 ** (Number(bucket) + 1) > above);
  return slow.reduce((sum, [, count]) => sum + count, 0);
}

/**
 * Whether one tenant alone makes all tenants' stream look bad: what is left without it is usual, too little to say anything, or nobody.
 * Then it is that tenant's own story, and not everybody's; but only where its own stream tells it, or nobody would be told.
 *
 * @param untagged  what was done for nobody in particular: part of what is left, and nobody's own story
 */
export function whoseOwn({ measure, expected }: RaisedMeasure, tenants: readonly TenantStep[], untagged: StepSums | null): string | null {
  const above = expected?.high ?? 0;
  const [most, ...others] = tenants.toSorted((a, b) => partOf(measure, b.sums, above) - partOf(measure, a.sums, above));
  if (!most?.raised.some((own) => storyOf(own.measure) === storyOf(measure))) return null;
  const rest = [...others.map(({ sums }) => sums), ...(untagged ? [untagged] : [])];
  return readMeasure(measure, addSteps(rest)) > above ? null : most.tenantId;
}
