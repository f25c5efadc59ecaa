import { createHash, timingSafeEqual, X509Certificate } from "node:crypto";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { addressBytes, isInRange } from "@/lib/platform/outbound/address-range";

/** RFC 9440: the leaf certificate as a structured field, its DER in base64 between colons. */
const FIELD = /^:([A-Za-z0-9+/]+={0,2}):$/;

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Whether a request comes from the proxy whose word about certificates counts: by where it is, and by what it knows. */
function isFromProxy(headers: Headers, peer: string | null): boolean {
  const proxy = environment().clientCertProxy;
  const said = headers.get("client-cert-proxy-secret");
  const address = peer === null ? null : addressBytes(peer);
  if (!proxy || said === null || !address) return false;
  return proxy.from.some((range) => isInRange(address, range)) && timingSafeEqual(digest(said), digest(proxy.secret));
}

/** SHA-256 of a certificate's public key (SPKI), in hex: it stays the same when the certificate is renewed for the same key. */
export function spkiOf(certificate: X509Certificate): string {
  return createHash("sha256")
    .update(certificate.publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
}

function parse(field: string): X509Certificate | null {
  const base64 = FIELD.exec(field)?.[1];
  if (base64 === undefined || field.length > LIMITS.clientCertificateCharacters) return null;
  try {
    return new X509Certificate(Buffer.from(base64, "base64"));
  } catch {
    return null;
  }
}

/**
 * Which client certificate the caller showed to the proxy before Center. The proxy has checked that it was issued by whom it trusts, and
 * that its holder has its key; Center takes nobody else's word for that, and looks at the dates itself.
 *
 * @param peer  address at the other end of the connection
 * @returns the digest of its public key, in hex; null where there is none, where it is out of its dates, or where the header is hearsay
 */
export function clientCertificateOf(headers: Headers, peer: string | null, now: Date): string | null {
  const field = headers.get("client-cert");
  if (field === null || !isFromProxy(headers, peer)) return null;
  const certificate = parse(field);
  if (!certificate) return null;
  const isInForce = Date.parse(certificate.validFrom) <= now.getTime() && now.getTime() < Date.parse(certificate.validTo);
  return isInForce ? spkiOf(certificate) : null;
}
