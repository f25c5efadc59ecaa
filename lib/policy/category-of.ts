import type { IncidentType } from "@/lib/detection/types";
import type { Category } from "@/lib/policy/types";

const CATEGORIES: Readonly<Record<IncidentType, Category>> = {
  webhook_fail_rate: "INTEGRATION",
  errors_jump: "DATA",
  identical_errors: "DATA",
  latency_p95: "PERF",
  queue_depth: "PERF",
  silence: "INTEGRATION",
  crash_loop: "UX",
  drift: "DATA",
  novelty: "PERF",
  fleet: "INTEGRATION",
  contract_violation: "SECURITY",
  slo_burn: "PERF",
};

/** The auto-heal category whose switch governs an incident's type (reliability-spec §6, Safety Switches). */
export function categoryOf(type: IncidentType): Category {
  return CATEGORIES[type];
}
