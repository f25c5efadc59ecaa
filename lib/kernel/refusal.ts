/** Why a request was answered "no": each maps to one HTTP status in platform/http.ts. */
export type RefusalKind =
  | "unreadable"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "too-large"
  | "unsupported-media"
  | "invalid"
  | "too-many"
  | "unavailable";

export interface RefusalDetails {
  /** Registry code, ERR_...; defaults to the kind's own (platform/codes.ts). */
  readonly code?: string;
  /** Paths and messages of a schema failure. */
  readonly errors?: readonly { path: string; message: string }[];
  readonly retryAfterSeconds?: number;
  /** What a second factor has to be shown for, `sha256:<hex>`, before the same may be asked again. */
  readonly digest?: string;
  /** More than the caller may learn, for whoever looks after it (telemetry/watched/refusals/reasons.ts); never part of an answer. */
  readonly why?: string;
}

/** An expected "no". It is data for the caller, not a fault: nothing is logged as an error because of it. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly details: RefusalDetails;

  constructor(kind: RefusalKind, message: string, details: RefusalDetails = {}) {
    super(message);
    this.name = "Refusal";
    this.kind = kind;
    this.details = details;
  }
}

/** Ends the current action with an expected "no"; the gateway undoes what was begun and audits the refusal. */
export function refuse(kind: RefusalKind, message: string, details?: RefusalDetails): never {
  throw new Refusal(kind, message, details);
}
