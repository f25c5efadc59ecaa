import type { z } from "zod";
import type { Severity } from "@/lib/kernel/severity";
import type { MinuteSums, Surface } from "@/lib/modules/signals/types";
import type { Criticality, ModuleFinding, ModuleFindingType } from "@/lib/modules/types";

/** A minute of a module for one tenant on one surface, as it is stored. */
export interface ModuleMinute extends MinuteSums {
  readonly tenantId: string;
  readonly minuteAt: Date;
  readonly surface: Surface;
  readonly queueDepthMax: number | null;
  readonly queueCapacity: number | null;
  readonly quotaUsed: number | null;
  readonly quotaLimit: number | null;
  readonly latency: Readonly<Record<string, number>>;
  readonly worstTraceId: string | null;
}

/** How often one warning or error was told of within a minute. */
export interface ErrorCount {
  readonly tenantId: string;
  readonly minuteAt: Date;
  readonly code: string;
  readonly fingerprint: string;
  readonly count: number;
  readonly sampleTraceId: string | null;
}

/** One of a module's own checks as its newest beat told it. */
export interface Check {
  readonly id: string;
  readonly ok: boolean;
  /** It did not come to an end, so it says neither that it holds nor that it does not. */
  readonly isUnknown: boolean;
  readonly detail: string;
  readonly count: number | null;
  /** Since when it fails without a break, and in how many beats it did; null and 0 while it holds. */
  readonly failingSince: Date | null;
  readonly failingBeats: number;
}

/** A service's newest word. */
export interface ServiceBeat {
  readonly lastSeen: Date;
  readonly bootedAt: Date;
  readonly runningVersion: string;
  readonly checks: readonly Check[];
  readonly queue: Readonly<Record<string, unknown>>;
}

/** Everything a rule may look at: one module, for one tenant or for all of them together. */
export interface ModuleView {
  readonly now: Date;
  /** Since when Center listens: what was not heard before that is no silence. */
  readonly listeningSince: Date;
  readonly moduleKey: string;
  readonly criticality: Criticality;
  /** Null where nothing was ever heard. */
  readonly beat: ServiceBeat | null;
  /** The last LIMITS.moduleWindowMinutes; of all tenants, or of one. */
  readonly minutes: readonly ModuleMinute[];
  readonly errors: readonly ErrorCount[];
}

export interface Bad {
  readonly is: "bad";
  readonly type: ModuleFindingType;
  readonly severity: Severity;
  /** First signal in which it could be seen. */
  readonly observedAt: Date;
  readonly statistic: string;
  readonly value: number;
  readonly usual: number | null;
  readonly explain: string;
  readonly evidence: ModuleFinding["evidence"];
}

/** What a rule says of a view. Unknown is no word on health: it neither begins an incident nor ends one. */
export type Verdict = Bad | { readonly is: "good" } | { readonly is: "unknown" };

export const GOOD: Verdict = { is: "good" };
export const UNKNOWN: Verdict = { is: "unknown" };

/** A static rule: data with a schema, and a pure verdict over one view. */
export interface ModuleRule<Params extends z.ZodType = z.ZodType> {
  readonly id: string;
  /** What it finds where the errors themselves name nothing sharper. */
  readonly type: ModuleFindingType;
  /** `service`: it looks at the service's beats, and so for all tenants at once. */
  readonly scope: "service" | "tenant";
  readonly explain: string;
  readonly params: Params;
  readonly defaults: z.infer<Params>;
  judge(view: ModuleView, params: z.infer<Params>): Verdict;
  /** How much of what it looks for there is in a view, in its own unit: tells which tenants are concerned. */
  amount?(view: ModuleView): number;
}
