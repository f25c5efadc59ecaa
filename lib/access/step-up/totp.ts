import { generateSecret, generateURI, verifySync } from "otplib";

/** Seconds that one code lasts (RFC 6238). */
export const CODE_SECONDS = 30;
const ISSUER = "Reliability Center";

/** A new secret of 160 bits in Base32, as authenticator apps take it. */
export function newTotpSecret(): string {
  return generateSecret({ length: 20 });
}

/** The address that an authenticator app reads from a picture or a link. */
export function totpUri(secret: string, email: string): string {
  return generateURI({ issuer: ISSUER, label: email, secret });
}

/**
 * The time step that a code belongs to.
 *
 * @param tolerance  seconds by which a phone may lag behind, and be ahead of, this clock
 * @returns null when the code belongs to no step within the tolerance
 */
export function stepOfCode(secret: string, code: string, now: Date, tolerance: readonly [number, number]): number | null {
  const epoch = Math.floor(now.getTime() / 1_000);
  const result = verifySync({ secret, token: code, epoch, epochTolerance: [...tolerance] });
  return result.valid && "timeStep" in result ? result.timeStep : null;
}
