/** What an authenticator and the browser before it say they answered; nothing of it is believed before the signature is checked. */
export interface Shown {
  readonly type: string;
  /** Base64url. */
  readonly challenge: string;
  readonly origin: string;
  /** A page within a page of another origin asked. */
  readonly isEmbedded: boolean;
  /** Hex SHA-256 of the domain that the passkey belongs to. */
  readonly domainHash: string;
  readonly isPresent: boolean;
  /** The authenticator knew its person: by a finger, a face or a PIN. */
  readonly isVerified: boolean;
  readonly counter: number;
}

export interface Expected {
  readonly type: "webauthn.create" | "webauthn.get";
  readonly challenge: string;
  readonly origin: string;
  readonly domainHash: string;
  /** The highest count that was told before; null for a passkey that is being made. */
  readonly counter: number | null;
}

/** Why an answer does not count, in the audit's words. */
export type Flaw =
  | "unreadable"
  | "unknown_question"
  | "unknown_passkey"
  | "suspended"
  | "type"
  | "challenge"
  | "origin"
  | "embedded"
  | "domain"
  | "absent"
  | "unverified"
  | "attestation"
  | "signature"
  | "counter"
  | "taken";

/** Many authenticators keep no count and always say 0; whoever has ever counted has to count on. */
function hasGoneBack(counter: number, known: number | null): boolean {
  return known !== null && (counter > 0 || known > 0) && counter <= known;
}

/**
 * Why an answer does not count, its signature aside; null when nothing speaks against it.
 *
 * Source: Web Authentication Level 3, §7.1 steps 7-16 and §7.2 steps 11-22. The counter is compared last, and by the caller only after the
 * signature held: what nobody signed says nothing about a passkey.
 */
export function flawOf(shown: Shown, expected: Expected): Flaw | null {
  if (shown.type !== expected.type) return "type";
  if (shown.challenge !== expected.challenge) return "challenge";
  if (shown.origin !== expected.origin) return "origin";
  if (shown.isEmbedded) return "embedded";
  if (shown.domainHash !== expected.domainHash) return "domain";
  if (!shown.isPresent) return "absent";
  if (!shown.isVerified) return "unverified";
  return hasGoneBack(shown.counter, expected.counter) ? "counter" : null;
}
