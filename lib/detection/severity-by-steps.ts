import { z } from "zod";
import type { Severity } from "@/lib/kernel/severity";

interface Steps {
  readonly low: number;
  readonly medium: number;
  readonly high: number;
}

/** The severity whose step a value has reached, or null below the lowest. */
export function severityBySteps(value: number, steps: Steps): Severity | null {
  if (value >= steps.high) return "high";
  if (value >= steps.medium) return "medium";
  return value >= steps.low ? "low" : null;
}

/** Three rising thresholds of one unit, each > 0 and at most `max`, as members of a rule's params. */
export function stepsOf(max: number) {
  const step = z.number().gt(0).max(max);
  return { low: step, medium: step, high: step };
}

/** Whether thresholds rise from low to high; rules refine their params with it. */
export function areRising(steps: Steps): boolean {
  return steps.low <= steps.medium && steps.medium <= steps.high;
}

export const RISING_MESSAGE = "low, medium and high must not fall";
