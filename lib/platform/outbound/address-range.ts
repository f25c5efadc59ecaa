import { isIP, isIPv4 } from "node:net";

/** A block of addresses: its first bytes (4 or 16 of them) and how many leading bits count. */
export interface AddressRange {
  readonly bytes: readonly number[];
  readonly prefixBits: number;
}

function ipv4Bytes(address: string): number[] {
  return address.split(".").map(Number);
}

function groupBytes(groups: string): number[] {
  if (groups === "") return [];
  return groups.split(":").flatMap((group) => {
    if (group.includes(".")) return ipv4Bytes(group);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/**
 * The bytes of an address in text form: 4 for IPv4, 16 for IPv6. IPv4-mapped IPv6 (::ffff:a.b.c.d) becomes its 4 bytes,
 * since that is the machine it reaches.
 *
 * @returns null for anything that is not an address; a zone (fe80::1%eth0) is not accepted
 */
export function addressBytes(address: string): readonly number[] | null {
  if (isIPv4(address)) return ipv4Bytes(address);
  if (isIP(address) !== 6 || address.includes("%")) return null;
  const [head = "", tail] = address.split("::");
  const left = groupBytes(head);
  const right = tail === undefined ? [] : groupBytes(tail);
  const bytes = [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? bytes.slice(12) : bytes;
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address; null when it is neither. */
export function parseRange(text: string): AddressRange | null {
  const [address = "", prefix, ...rest] = text.split("/");
  const bytes = addressBytes(address);
  if (!bytes || rest.length > 0) return null;
  const width = isIPv4(address) ? 32 : 128;
  if (prefix === undefined) return { bytes, prefixBits: bytes.length * 8 };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > width) return null;
  // ::ffff:0:0/96 and longer speak of IPv4 addresses, which are compared as such.
  const shortened = width === 128 && bytes.length === 4 ? Number(prefix) - 96 : Number(prefix);
  return shortened < 0 ? null : { bytes, prefixBits: shortened };
}

/** Whether an address (as bytes) lies in a range. Addresses of the other family never do. */
export function isInRange(bytes: readonly number[], range: AddressRange): boolean {
  if (bytes.length !== range.bytes.length) return false;
  const whole = Math.floor(range.prefixBits / 8);
  for (let index = 0; index < whole; index += 1) {
    if (bytes[index] !== range.bytes[index]) return false;
  }
  const rest = range.prefixBits % 8;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((bytes[whole] ?? 0) & mask) === ((range.bytes[whole] ?? 0) & mask);
}
