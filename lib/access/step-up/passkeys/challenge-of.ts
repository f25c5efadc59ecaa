import { createHash } from "node:crypto";
import { canonicalJson } from "@/lib/kernel/canonical-json";

/** What a passkey is asked about. */
export interface Question {
  /** 32 random bytes, new for each question. */
  readonly nonce: Buffer;
  readonly personId: string;
  /** A new passkey is made, or one shows that its person is there. */
  readonly purpose: "add" | "prove";
  /** `sha256:<hex>` of what is authorised. */
  readonly digest: string;
  readonly origin: string;
}

/**
 * The challenge that an authenticator signs: it commits to the person, the purpose and the digest of what is authorised, so that no
 * answer to one question is one to another, whatever a page, a proxy or the stored row says.
 *
 * @returns 32 bytes in base64url
 */
export function challengeOf({ nonce, ...question }: Question): string {
  const bound = canonicalJson({ is: "reliability-center/passkey-challenge/v1", ...question, nonce: nonce.toString("base64url") });
  return createHash("sha256").update(bound).digest("base64url");
}
