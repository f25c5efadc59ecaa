import { randomBytes } from "node:crypto";
import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { signingKeys } from "@/db/schema/spine";
import { sealSigningKey } from "@/lib/access/sealing/signing-keys";
import { makeSigningKey } from "@/lib/delivery/signing-key";
import { defineCommand } from "@/lib/gateway/define-command";

/** Center makes the key by which it vouches for its audit log, once for all its processes; the private half is only stored sealed. */
export const makeCheckpointKey = defineCommand({
  name: "checkpoint-key.make",
  permission: "system",
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    // Two processes that start together must not give one log two names.
    await tx.execute(sql`select pg_advisory_xact_lock(7105665)`);
    const shown = { keyid: signingKeys.keyid, publicKey: signingKeys.publicKey };
    const inForce = and(eq(signingKeys.purpose, "checkpoint"), isNull(signingKeys.retiredAt));
    const [known] = await tx.select(shown).from(signingKeys).where(inForce).limit(1);
    if (known)
      return { subject: `signing-key:${known.keyid}`, tenantId: null, before: known, after: known, result: { keyid: known.keyid } };

    const key = makeSigningKey(randomBytes(32));
    const row = { keyid: key.keyid, purpose: "checkpoint" as const, publicKey: key.publicKey, createdAt: now };
    await tx.insert(signingKeys).values({ ...row, sealedPrivate: await sealSigningKey(tx, key) });
    return { subject: `signing-key:${key.keyid}`, tenantId: null, before: null, after: row, result: { keyid: key.keyid } };
  },
});
