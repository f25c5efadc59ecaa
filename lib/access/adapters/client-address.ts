import { createHmac } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { environment } from "@/lib/platform/env";
import { addressBytes } from "@/lib/platform/outbound/address-range";
import { classifyAddress } from "@/lib/platform/outbound/classify-address";
import { newToken } from "@/lib/platform/random";

/** Kinds of neighbours that a reverse proxy has; from any other, what it says of whom it forwards is hearsay. */
const NEAR = new Set(["loopback", "private", "shared", "link-local"]);

/**
 * Handlers are not told who is at the other end of the connection, only headers, and those a caller writes as it likes. So each request
 * is given one more as it comes in, under a name that nobody outside of this process knows.
 */
function beginStamping(): string {
  const name = `x-peer-${newToken(16).toLowerCase().replaceAll("_", "-")}`;
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    request.headers[name] = request.socket.remoteAddress ?? "";
  });
  return name;
}

// Bundlers may load this file more than once in a process; one stamp serves all copies.
const SHARED = Symbol.for("reliability-center.peer-stamp");
const shared = globalThis as { [SHARED]?: string };
shared[SHARED] ??= beginStamping();
const stamp = shared[SHARED];

/**
 * The network somebody calls from.
 *
 * @param peer          address at the other end of the connection; null when it is not known
 * @param forwardedFor  `x-forwarded-for`: of it only the last entry counts, which the proxy next to us wrote itself
 * @returns an IPv4 address, the first half of an IPv6 one (of the second everybody has plenty), or "" when nobody knows
 */
export function networkOf(peer: string | null, forwardedFor: string | null): string {
  const forwarded = forwardedFor?.split(",").at(-1)?.trim() ?? "";
  const isNear = peer === null || NEAR.has(classifyAddress(peer));
  const bytes = (isNear ? addressBytes(forwarded) : null) ?? addressBytes(peer ?? "");
  if (!bytes) return "";
  if (bytes.length === 4) return bytes.join(".");
  return `${Buffer.from(bytes.slice(0, 8)).toString("hex")}/64`;
}

/** Address at the other end of the connection; null when it is not known. No header that a caller could write says it. */
export function peerOf(headers: Headers): string | null {
  return headers.get(stamp);
}

/** The place a request comes from as it may be kept: a keyed digest of its network, from which nobody learns the address. */
export function clientOf(headers: Headers): string {
  const network = networkOf(headers.get(stamp), headers.get("x-forwarded-for"));
  return createHmac("sha256", environment().nextauthSecret).update(`client ${network}`).digest("base64url").slice(0, 22);
}
