import { hash, verify } from "@node-rs/argon2";
import { LIMITS } from "@/lib/platform/limits";

/** argon2id with 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of random bytes that were thrown away: an unknown e-mail address costs the same work as a wrong password. */
const NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$0xGJU6zZww9XZMI21t6Skw$Gwl/KOhsp1TxjMweOx6OYRE8nAJ+T0yvp8oGuPUMSq4";

/** The same characters typed on two keyboards may arrive as different code points. */
function normalised(password: string): string {
  return password.normalize("NFKC");
}

/** @throws RangeError for a password shorter than 12 characters or longer than 1,024 bytes */
export async function hashPassword(password: string): Promise<string> {
  const text = normalised(password);
  if ([...text].length < LIMITS.passwordMinCharacters) {
    throw new RangeError(`a password has at least ${LIMITS.passwordMinCharacters} characters`);
  }
  if (Buffer.byteLength(text) > LIMITS.passwordMaxBytes) throw new RangeError(`a password has at most ${LIMITS.passwordMaxBytes} bytes`);
  return hash(text, COST);
}

/**
 * Whether a password is the one that was hashed.
 * @param stored  null where the person is unknown or has none: false, after the same work
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const text = normalised(password.slice(0, LIMITS.passwordMaxBytes));
  const isSame = await verify(stored ?? NOBODY, text).catch(() => false);
  return isSame && stored !== null && Buffer.byteLength(normalised(password)) <= LIMITS.passwordMaxBytes;
}
