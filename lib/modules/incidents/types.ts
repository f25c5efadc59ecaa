import type { ModuleFinding } from "@/lib/modules/types";

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

/** What is known of one of an incident's rules now. */
export type RuleState = "bad" | "good" | "unknown";
