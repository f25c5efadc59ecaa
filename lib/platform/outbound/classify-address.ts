import { type AddressRange, addressBytes, isInRange, parseRange } from "@/lib/platform/outbound/address-range";

export type AddressKind =
  | "public"
  | "loopback"
  | "private"
  | "link-local"
  | "shared"
  | "metadata"
  | "unspecified"
  | "multicast"
  | "reserved"
  | "translated"
  | "invalid";

/** The first match wins, so what is narrower stands first. Source: IANA special-purpose address registries. */
const KINDS: readonly (readonly [AddressKind, string])[] = [
  ["metadata", "169.254.169.254/32 169.254.170.2/32 169.254.170.23/32 100.100.100.200/32 168.63.129.16/32 fd00:ec2::/32"],
  ["unspecified", "0.0.0.0/8 ::/128"],
  ["loopback", "127.0.0.0/8 ::1/128"],
  ["private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10"],
  ["link-local", "169.254.0.0/16 fe80::/10"],
  ["shared", "100.64.0.0/10"],
  ["multicast", "224.0.0.0/4 ff00::/8"],
  ["reserved", "192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4"],
  ["reserved", "2001:db8::/32 3fff::/20 2001:10::/28 2001:20::/28 2001:2::/48 100::/64 5f00::/16"],
  // These carry an IPv4 address inside, which a translator on the way may reach: none of our receivers needs them.
  ["translated", "::/96 64:ff9b::/96 64:ff9b:1::/48 2002::/16 2001::/32"],
];

function rangesOf(text: string): AddressRange[] {
  return text.split(" ").map((part) => {
    const range = parseRange(part);
    if (!range) throw new RangeError(`not an address range: ${part}`);
    return range;
  });
}

const RANGES = KINDS.map(([kind, text]) => [kind, rangesOf(text)] as const);
const GLOBAL_UNICAST_IPV6 = rangesOf("2000::/3");

/** What kind of address this is. IPv6 outside the global unicast block is never public. */
export function classifyAddress(address: string): AddressKind {
  const bytes = addressBytes(address);
  if (!bytes) return "invalid";
  for (const [kind, ranges] of RANGES) {
    if (ranges.some((range) => isInRange(bytes, range))) return kind;
  }
  if (bytes.length === 16 && !GLOBAL_UNICAST_IPV6.some((range) => isInRange(bytes, range))) return "reserved";
  return "public";
}

/** Whether an operator opened this address on purpose (OUTBOUND_ALLOW). */
export function isAllowedAddress(address: string, allow: readonly AddressRange[]): boolean {
  const bytes = addressBytes(address);
  return bytes !== null && allow.some((range) => isInRange(bytes, range));
}
