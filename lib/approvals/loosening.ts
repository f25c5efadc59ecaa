import { digestOf, type Json } from "@/lib/kernel/canonical-json";
import { type Loosening, type LooseningStatus, looseningSchema } from "./types";

/** A request with the digest that people agree to. */
export interface BoundLoosening {
  readonly document: Loosening;
  /** `sha256:<hex>` over the canonical form of the document. */
  readonly digest: string;
}

/**
 * Binds what a request would do: whatever its execution depends on is in the digest.
 * @throws ZodError for a document that says something else besides
 */
export function bindLoosening(input: Loosening): BoundLoosening {
  const document = looseningSchema.parse(input);
  return { document, digest: digestOf(document as unknown as Json) };
}

/** The world as it is when a request is to be executed. */
export interface LooseningWorld {
  readonly now: Date;
  readonly policyVersion: number;
  /** The switch as it stands; null when it is off. For a change of the policy, the kill switch. */
  readonly thrown: { readonly at: Date; readonly by: string } | null;
  /** The freeze as it stands; null when it is over, or the request is about none. */
  readonly freeze: { readonly startsAt: Date; readonly endsAt: Date } | null;
  /** The merchant's hours as they stand; null when it has none, or the request is about none. */
  readonly hours?: Extract<Loosening, { do: "calendar_change" }>["before"] | null;
  /** What the scanner closed, as it stands; null when it is open again, or the request is about none. */
  readonly block?: { readonly setAt: Date } | null;
}

/** What is stored of a request. */
export interface StoredLoosening {
  readonly digest: string;
  readonly document: Loosening;
  readonly status: LooseningStatus;
}

function freezeDrift({ before, after }: Extract<Loosening, { do: "freeze_change" }>, { freeze, now }: LooseningWorld): string | null {
  if (!freeze || freeze.endsAt <= now) return "the freeze is over already";
  const isSame = freeze.startsAt.toISOString() === before.starts_at && freeze.endsAt.toISOString() === before.ends_at;
  if (!isSame) return "the freeze was changed since";
  return after && Date.parse(after.ends_at) <= now.getTime() ? "its new end has passed" : null;
}

function hoursDrift({ before }: Extract<Loosening, { do: "calendar_change" }>, { hours }: LooseningWorld): string | null {
  return hours && digestOf(hours as unknown as Json) === digestOf(before as unknown as Json) ? null : "the hours were changed since";
}

/**
 * Why a request may not be executed any more, or null: it was settled, expired or changed, the policy moved on, or the switch is
 * not the one that was thrown when somebody asked.
 */
export function driftOf(request: StoredLoosening, world: LooseningWorld): string | null {
  const { document } = request;
  if (request.status !== "awaiting") return `it is ${request.status} already`;
  if (bindLoosening(document).digest !== request.digest) return "what is stored is not what was asked for";
  if (world.now.getTime() >= Date.parse(document.expires_at)) return "it expired";
  if (world.policyVersion !== document.policy_version) return "the policy changed since";
  if (document.do === "freeze_change") return freezeDrift(document, world);
  if (document.do === "calendar_change") return hoursDrift(document, world);
  if (document.do === "lift_block") return world.block?.setAt.toISOString() === document.set_at ? null : "it is open again already";
  if (document.do === "policy_change" && document.changes.autopatch_enabled !== true) return null;
  if (!world.thrown) return "the switch is off already";
  if (document.do === "policy_change") return null;
  const isSame = world.thrown.at.toISOString() === document.thrown_at && world.thrown.by === document.thrown_by;
  return isSame ? null : "the switch was thrown again since";
}
