import { randomBytes } from "node:crypto";
import { uuidv7 } from "@/lib/kernel/ids";

const COUNTER_LIMIT = 0x1000;
const ID_BYTES = 10;
/** Drawn for many ids at once, each byte handed out once: asking the CSPRNG costs more than the rest of an id. */
let drawn: Buffer = Buffer.alloc(0);
let lastMs = 0;
let counter = 0;

/** The next of this process' ids within one millisecond; every millisecond begins at a random low place, so that there is room to count. */
function nextCount(ms: number): number {
  counter = ms === lastMs ? counter + 1 : randomBytes(2).readUInt16BE(0) % (COUNTER_LIMIT / 2);
  lastMs = ms;
  return counter % COUNTER_LIMIT;
}

/**
 * A new id in time order (UUID version 7), its random part from the CSPRNG. Ids that one process makes for the same instant
 * are in the order in which they were made, up to 2,048 of them.
 *
 * Source: RFC 9562 §6.2, method 1 (counter in rand_a).
 */
export function newId(at: Date = new Date()): string {
  if (drawn.length < ID_BYTES) drawn = randomBytes(256 * ID_BYTES);
  const random = drawn.subarray(0, ID_BYTES);
  drawn = drawn.subarray(ID_BYTES);
  random.writeUInt16BE(nextCount(at.getTime()), 0);
  return uuidv7(at, random);
}

/** An unguessable token in base64url, for nonces and generated secrets; 32 bytes are 256 bits. */
export function newToken(bytes = 32): string {
  return randomBytes(bytes).toString("base64url");
}

/** A seed for deciders that draw: 0 .. 2^32-1, stored with what they decided so that the draw can be replayed. */
export function newSeed(): number {
  return randomBytes(4).readUInt32BE(0);
}
