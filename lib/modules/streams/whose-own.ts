import { addSteps, readMeasure } from "./step-sums";
import type { Measure, RaisedMeasure, StepSums } from "./types";

/** What one tenant did within a step. */
interface TenantStep {
  readonly tenantId: string;
  readonly sums: StepSums;
}

/** How much of what makes a measure look bad is a tenant's. @param above  what the measure usually stays below, in its own unit */
function partOf(measure: Measure, { errors, latency }: StepSums, above: number): number {
  if (measure === "error_rate") return errors;
  const slow = Object.entries(latency).filter(([bucket]) => 1.2 ** (Number(bucket) + 1) > above);
  return slow.reduce((sum, [, count]) => sum + count, 0);
}

/**
 * Whether one tenant alone makes all tenants' stream look bad: what is left without it is usual, too little to say anything, or nobody.
 * Then it is that tenant's own story, and not everybody's.
 */
export function whoseOwn({ measure, expected }: RaisedMeasure, tenants: readonly TenantStep[]): string | null {
  if (tenants.length === 1) return tenants[0]?.tenantId ?? null;
  const above = expected?.high ?? 0;
  const [most, ...others] = tenants.toSorted((a, b) => partOf(measure, b.sums, above) - partOf(measure, a.sums, above));
  if (!most) return null;
  const without = readMeasure(measure, addSteps(others.map(({ sums }) => sums)));
  return without > above ? null : most.tenantId;
}
