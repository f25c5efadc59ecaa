import { randomBytes } from "node:crypto";
import { uuidv7 } from "@/lib/kernel/ids";

/** A new id in time order (UUID version 7), its random part from the CSPRNG. */
export function newId(at: Date = new Date()): string {
  return uuidv7(at, randomBytes(10));
}

/** An unguessable token in base64url, for nonces and generated secrets; 32 bytes are 256 bits. */
export function newToken(bytes = 32): string {
  return randomBytes(bytes).toString("base64url");
}

/** A seed for deciders that draw: 0 .. 2^32-1, stored with what they decided so that the draw can be replayed. */
export function newSeed(): number {
  return randomBytes(4).readUInt32BE(0);
}
