import { LIMITS } from "@/lib/platform/limits";
import type { Actor } from "../types";

/** Methods that show more than a password (RFC 8176): a one-time code, several factors, a key in hardware. */
const STRONG: ReadonlySet<string> = new Set(["otp", "mfa", "hwk"]);

/** Whether a bearer token itself says that its person proved who it is by a second factor minutes ago. */
export function isFreshToken({ proof }: Pick<Actor, "proof">, now: Date): boolean {
  if (!proof?.authTime) return false;
  const ageMs = now.getTime() - proof.authTime.getTime();
  return ageMs <= LIMITS.stepUpSeconds * 1_000 && ageMs >= -LIMITS.jwtSkewSeconds * 1_000 && proof.amr.some((method) => STRONG.has(method));
}
