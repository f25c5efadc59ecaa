import { z } from "zod";
import type { IncidentStatus } from "@/lib/incidents/types";
import { SEVERITIES, type Severity } from "@/lib/kernel/severity";
import { MODULE_FINDING_TYPES, type ModuleFinding, type ModuleFindingType, moduleKey } from "@/lib/modules/types";
import type { ModuleCause } from "./causes";

/** What a source says at one moment. */
export interface Told {
  readonly findings: readonly ModuleFinding[];
  /**
   * Whether it can say nothing about one of its rules for a module of a tenant: then nothing is over. What it neither finds nor calls
   * unknown is good, by evidence that is fresh.
   */
  isUnknown(about: { readonly tenantId: string; readonly moduleKey: string; readonly ruleId: string }): boolean;
}

/** What a source said, or that it failed: then it says nothing, and nothing that it spoke of is over. */
export interface SourceAnswer {
  readonly name: string;
  readonly told: Told | null;
}

export const spokenSchema = z.strictObject({
  source: z.string().max(40),
  ruleId: z.string().max(120),
  type: z.enum(MODULE_FINDING_TYPES),
  tenantId: z.uuid(),
  moduleKey,
  severity: z.enum(SEVERITIES),
  observedAt: z.date(),
  statistic: z.string().max(120),
  value: z.number(),
  usual: z.number().nullable(),
  explain: z.string().max(1_000),
  evidence: z
    .array(z.strictObject({ label: z.string().max(120), value: z.string().max(1_000), trace_id: z.string().max(64).optional() }))
    .max(32),
});

/** A finding and who says it. */
export type Spoken = z.output<typeof spokenSchema>;

/** What grouping needs of an incident that is live, or was resolved a short while ago. */
export interface KnownIncident {
  readonly id: string;
  readonly tenantId: string;
  readonly moduleKey: string;
  readonly cause: ModuleCause;
  readonly type: ModuleFindingType;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  /** `source/rule` of everything that ever spoke of it; the first names it. */
  readonly rules: readonly string[];
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
  readonly clearedAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly reopenedCount: number;
  readonly suppressedBy: string | null;
  /** Since when somebody owns it. */
  readonly acknowledgedAt: Date | null;
}

/** Whether fresh evidence says that an incident's trouble is gone, for one of which nobody speaks any more. */
export type Evidence = "good" | "unknown";
