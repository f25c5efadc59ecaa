import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ModuleFinding } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";

/** A module whose data is saved, and how its rehearsals went. */
export interface KeptModule {
  readonly moduleKey: string;
  /** When it was saved first. */
  readonly since: Date;
  /** The newest rehearsal that was equal, and the newest that was not. */
  readonly drilledAt: Date | null;
  readonly failedAt: Date | null;
  readonly detail: string | null;
}

const HOUR_MS = 3_600_000;

/**
 * A snapshot that nobody ever put back is a hope. A module is told of when its last rehearsal failed, or when none succeeded in its time.
 */
export function judgeDrills(modules: readonly KeptModule[], at: Date): ModuleFinding[] {
  return modules.flatMap(({ moduleKey, since, drilledAt, failedAt, detail }) => {
    const staleMs = at.getTime() - (drilledAt ?? since).getTime();
    const hasFailed = failedAt !== null && (drilledAt === null || failedAt > drilledAt);
    if (!hasFailed && staleMs <= LIMITS.drillStaleSeconds * 1_000) return [];
    const hours = Math.round(staleMs / HOUR_MS);
    const explain = hasFailed
      ? `The last rehearsal of restoring ${moduleKey} failed: ${detail ?? "what was read back is not what was saved"}`
      : `No rehearsal of restoring ${moduleKey} succeeded for ${hours} hours`;
    const evidence = [
      { label: "last_success", value: drilledAt?.toISOString() ?? "never" },
      { label: "last_failure", value: failedAt?.toISOString() ?? "never" },
    ];
    const severity = hasFailed ? ("high" as const) : ("medium" as const);
    const measure = { statistic: "hours_since_drill", value: hours, usual: LIMITS.drillEverySeconds / 3_600 };
    return [
      {
        ruleId: "restore_stale",
        type: "restore_stale" as const,
        tenantId: PLATFORM_TENANT,
        moduleKey,
        severity,
        observedAt: at,
        ...measure,
        explain,
        evidence,
      },
    ];
  });
}
