import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { AddressRange } from "@/lib/platform/outbound/address-range";
import { classifyAddress, isAllowedAddress } from "@/lib/platform/outbound/classify-address";
import { OutboundError } from "@/lib/platform/outbound/outbound-error";

/** Ports a receiver on a public address may listen on. */
const PUBLIC_PORTS: ReadonlySet<number> = new Set([443, 8443]);

/** All addresses of a name, as the system's resolver gives them. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Where a call may go: any address (URLs the operator set), or public ones besides these ranges. */
export type Reach = "any" | readonly AddressRange[];

/** Reads an outgoing URL: absolute, http or https, without a user and password in it. */
export function parseOutboundUrl(text: string): URL {
  if (!URL.canParse(text)) throw new OutboundError("url", "not an absolute URL");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new OutboundError("scheme", `${url.protocol} is not called`);
  if (url.username !== "" || url.password !== "") throw new OutboundError("url", "a URL with a user or password in it is not called");
  return url;
}

/** The name or address to resolve; IPv6 literals lose their brackets. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

function checkAddress(address: string, url: URL, allow: readonly AddressRange[]): void {
  if (isAllowedAddress(address, allow)) return;
  const kind = classifyAddress(address);
  if (kind !== "public") throw new OutboundError("address", `the address is ${kind}`);
  if (url.protocol !== "https:") throw new OutboundError("scheme", "only https is called on public addresses");
  if (!PUBLIC_PORTS.has(portOf(url))) throw new OutboundError("port", `port ${portOf(url)} is not called on public addresses`);
}

/**
 * Resolves the URL's host and checks every address it has, so that no answer of a second lookup can slip in between.
 *
 * @returns the checked addresses; the connection must go to one of these
 * @throws OutboundError when the name does not resolve or any of its addresses is out of reach
 */
export async function chooseAddresses(url: URL, reach: Reach, resolve: Resolve): Promise<readonly LookupAddress[]> {
  const host = hostOf(url);
  const family = isIP(host);
  const addresses = family === 0 ? await resolveName(host, resolve) : [{ address: host, family }];
  if (addresses.length === 0) throw new OutboundError("dns", "the name has no address");
  if (reach !== "any") {
    for (const { address } of addresses) checkAddress(address, url, reach);
  }
  return addresses;
}

async function resolveName(host: string, resolve: Resolve): Promise<readonly LookupAddress[]> {
  try {
    return await resolve(host);
  } catch (error) {
    throw new OutboundError("dns", "the name does not resolve", error);
  }
}
