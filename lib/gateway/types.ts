import type { z } from "zod";
import type { WriterTx } from "@/db/writer";
import type { Actor, Permission } from "@/lib/access/types";
import type { Json } from "@/lib/kernel/canonical-json";
import type { WakeUp } from "@/lib/platform/background/queue";
import type { Category } from "@/lib/policy/types";

/** A fact that others may react to after commit: notifications, live pages, background work. */
export interface DomainEvent {
  readonly name: string;
  readonly payload: { readonly [key: string]: Json | undefined };
  /** Whose it is where it is not the change's own: whoever acts within tenants cannot leave word with the platform. */
  readonly tenantId?: string | undefined;
}

/** One line of an incident's timeline. */
export interface TimelineLine {
  readonly incidentId: string;
  readonly kind: string;
  /** One sentence for a tired person. */
  readonly summary: string;
  readonly data?: { readonly [key: string]: Json | undefined };
}

/** What a command did. `apply` cannot return without it, so nothing changes without before, after and a subject. */
export interface Change<Result extends Json> {
  /** `incident:<id>`, `plugin:<id>` ... what the audit entry is about. */
  readonly subject: string;
  /** Tenant the change belongs to; null for what is global. */
  readonly tenantId: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason?: string | undefined;
  /** Whom else it concerns, beside the actor: `person:<email>` or `tenant:<id>`. */
  readonly onBehalfOf?: string;
  readonly events?: readonly DomainEvent[];
  /** Lines for the timelines of incidents of the same tenant. */
  readonly timeline?: readonly TimelineLine[];
  /** Lines for the timelines of modules' incidents of the same tenant. */
  readonly moduleTimeline?: readonly TimelineLine[];
  /** Attempts that have something to do now: the queue only wakes, state lies in our own columns. */
  readonly wakes?: readonly WakeUp[];
  readonly result: Result;
}

/** What the gateway hands to `apply` besides the input. */
export interface CommandContext {
  readonly actor: Actor;
  readonly now: Date;
  readonly traceId: string;
  /** New ids in time order. */
  newId(): string;
}

/** Where a healing command would act, and who wanted it. */
export interface Healing {
  readonly tenantId: string;
  readonly pluginId: string | null;
  /** A tenant's module, where it is one that heals. */
  readonly moduleId?: string | null;
  /** The service behind that module, whose switches hold it for every tenant. */
  readonly serviceId?: string | null;
  readonly isAutomatic: boolean;
  /** Whose automatic healing it is; left out where only kill switch and SAFE_MODE speak. */
  readonly category?: Category | null;
}

/** One call of a command, as a route, job or action makes it. */
export interface CommandCall {
  /** Raw, untrusted: parsed by the command's own schema. */
  readonly input: unknown;
  readonly actor: Actor;
  readonly now: Date;
  readonly idempotencyKey?: string | null;
  /** The code by which the same call was refused, and audited, before: refused by it again, it is the same answer and no second act. */
  readonly knownRefusal?: string | null;
}

export interface CommandDefinition<Input extends z.ZodType, Result extends Json> {
  readonly name: string;
  readonly permission: Permission;
  readonly input: Input;
  /**
   * What this would start or widen, when it is a healing command: the kill switch (and SAFE_MODE, unless a person ordered it)
   * is then re-read under lock in the same transaction and refuses it. Anything that moves toward safety leaves this out.
   */
  readonly heals?: (input: z.output<Input>) => Healing | null;
  /**
   * Asked again at every beat, or by every worker in every round: that there is nothing, that a switch holds it, or that another worker was
   * faster, is then an answer and no act, and its conflicts are not audited. Every other refusal is.
   */
  readonly isPolled?: boolean;
  apply(tx: WriterTx, input: z.output<Input>, context: CommandContext): Promise<Change<Result>>;
}
