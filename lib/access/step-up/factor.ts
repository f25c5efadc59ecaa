import { eq } from "drizzle-orm";
import { totpFactors } from "@/db/schema/approvals";
import { passkeys } from "@/db/schema/passkeys";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { openTenantSecret, type SecretPlace, sealTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { bindScope } from "@/lib/platform/scope";
import type { Actor } from "../types";
import { newTotpSecret } from "./totp";

export type FactorRow = typeof totpFactors.$inferSelect;

/** Factors belong to people, who belong to no tenant: their secrets are sealed by the platform's key, and nothing else is in sight. */
const PLATFORM = { kind: "set", ids: [PLATFORM_TENANT] } as const;

function placeOf(personId: string): SecretPlace {
  return { tenantId: PLATFORM_TENANT, table: "totp_factors", column: "sealed_secret", row: personId };
}

/**
 * The record of whoever acts, locked: what somebody does about their factors is one thing after the other.
 * @throws Refusal forbidden for what is no person, conflict for a person without a record
 */
export async function requireOwnRecord(tx: WriterTx, actor: Actor): Promise<{ readonly id: string; readonly email: string }> {
  if (actor.kind !== "person" || !actor.email) refuse("forbidden", "Only a person has a second factor");
  const [person] = await tx.select().from(people).where(eq(people.email, actor.email)).for("no key update");
  if (!person || person.isDisabled) refuse("conflict", "A second factor needs a record of the person here");
  return { id: person.id, email: person.email };
}

/** A person's factor, locked; null when there is none. */
export async function lockFactor(tx: WriterTx, personId: string): Promise<FactorRow | null> {
  const [row] = await tx.select().from(totpFactors).where(eq(totpFactors.personId, personId)).for("update");
  return row ?? null;
}

/** Whether somebody has a factor that counts: an app that was confirmed, or a passkey, a suspended one included. */
export async function hasFactor(tx: WriterTx, personId: string): Promise<boolean> {
  const factor = await lockFactor(tx, personId);
  return factor?.confirmedAt != null || (await tx.$count(passkeys, eq(passkeys.personId, personId))) > 0;
}

/** Makes a person a new factor that does not count until it is confirmed. @returns its secret, to be shown this once */
export async function putFactor(tx: WriterTx, personId: string, now: Date): Promise<string> {
  const secret = newTotpSecret();
  await bindScope(tx, PLATFORM);
  const { sealed, keyVersion } = await sealTenantSecret(tx, placeOf(personId), secret, now);
  const fresh = { sealedSecret: sealed, keyVersion, confirmedAt: null, lastStep: 0, failures: 0, lockedUntil: null, updatedAt: now };
  await tx
    .insert(totpFactors)
    .values({ personId, createdAt: now, ...fresh })
    .onConflictDoUpdate({ target: totpFactors.personId, set: fresh });
  return secret;
}

/** Opens a factor's secret. From here on the transaction sees the platform's own rows only. */
export async function openFactor(tx: WriterTx, factor: FactorRow): Promise<string> {
  await bindScope(tx, PLATFORM);
  return openTenantSecret(tx, placeOf(factor.personId), factor.sealedSecret);
}

/**
 * What a try does to a factor. A right code while it is locked counts for nothing; the count of failures starts anew once a lock
 * has run out.
 *
 * @param step  the time step of a code that is right, else null
 */
export function afterCode(
  factor: FactorRow,
  step: number | null,
  now: Date,
): { readonly isRight: boolean; readonly set: Partial<FactorRow> } {
  const isLocked = factor.lockedUntil !== null && factor.lockedUntil > now;
  if (isLocked) return { isRight: false, set: {} };
  if (step !== null && step > factor.lastStep) return { isRight: true, set: { lastStep: step, failures: 0, lockedUntil: null } };
  const failures = (factor.lockedUntil ? 0 : factor.failures) + 1;
  const isFull = failures >= LIMITS.stepUpFailuresBeforeLock;
  return { isRight: false, set: { failures, lockedUntil: isFull ? new Date(now.getTime() + LIMITS.stepUpLockSeconds * 1_000) : null } };
}
