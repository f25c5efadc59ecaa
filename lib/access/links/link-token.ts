import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { masterKeys } from "@/lib/access/sealing/master-key-ring";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { environment } from "@/lib/platform/env";

const SHAPE = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/;

/**
 * What a one-time link says: its id and a secret of 256 bits, derived from the id by the master key, so that it can be shown again to
 * whoever repeats the order, and is stored nowhere.
 */
export function linkToken(linkId: string): string {
  return tokenBy(environment().masterKey, linkId);
}

function tokenBy(masterKey: Buffer, linkId: string): string {
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", "reliability-center/access-link", 32));
  return `${linkId}.${createHmac("sha256", key).update(linkId).digest("base64url")}`;
}

/** What is stored of a token. */
export function tokenDigest(token: string): string {
  return sha256Hex(token);
}

/** The id of the link that a token belongs to, or null for one that Center never made. */
export function linkIdOf(token: string): string | null {
  const linkId = SHAPE.exec(token)?.[1];
  if (linkId === undefined) return null;
  // While the master key changes, links of both go on working.
  return masterKeys().some((key) => timingSafeEqual(Buffer.from(token), Buffer.from(tokenBy(key, linkId)))) ? linkId : null;
}

/** A link as whoever ordered it is told of it: its address this once, or the mailbox that it is sent to where mail is sent. */
export function toldLink(link: { readonly id: string; readonly expires_at: string }, email: string) {
  const { expires_at } = link;
  return environment().mail === null ? { url: linkUrl(link.id), expires_at } : { sent_to: email, expires_at };
}

/** The address to open. Its secret stands behind the #: no server, log or referrer ever sees that part. */
export function linkUrl(linkId: string): string {
  return `${environment().publicUrl}/signin/link#${linkToken(linkId)}`;
}
