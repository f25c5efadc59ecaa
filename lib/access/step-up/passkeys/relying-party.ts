import { isIP } from "node:net";

/** Who asks for passkeys, as authenticators and browsers know it. */
export interface RelyingParty {
  /** The domain that a passkey belongs to. */
  readonly id: string;
  /** The only origin at which an answer may have been given. */
  readonly origin: string;
}

/** Why browsers use no passkeys here: an IP address is no domain, or the page comes over bare http. */
export type NoPasskeys = "address" | "insecure";

/**
 * The relying party that PUBLIC_URL makes Center.
 *
 * Source: Web Authentication Level 3, §5.1.3 step 8 (an effective domain that is a domain string); Secure Contexts §3.1 (localhost).
 */
export function relyingParty(publicUrl: string): RelyingParty | NoPasskeys {
  const { hostname, protocol, origin } = new URL(publicUrl);
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) return "address";
  const isLocal = hostname === "localhost" || hostname.endsWith(".localhost");
  if (protocol !== "https:" && !isLocal) return "insecure";
  return { id: hostname, origin };
}
