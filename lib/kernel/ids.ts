/**
 * Makes a UUID version 7: ordered by time, so that keys stay dense in an index.
 *
 * @param at      instant the id belongs to
 * @param random  at least 10 bytes from a CSPRNG (or a seeded source in tests)
 * @throws RangeError when fewer than 10 random bytes are given
 * Source: RFC 9562 §5.7.
 */
export function uuidv7(at: Date, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError("uuidv7 needs 10 random bytes");
  const bytes = new Uint8Array(16);
  let milliseconds = at.getTime();
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = milliseconds % 256;
    milliseconds = Math.floor(milliseconds / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
