import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { signingKeys } from "@/db/schema/spine";
import { readCommandKeys, sealSigningKey } from "@/lib/access/sealing/signing-keys";
import { makeSigningKey } from "@/lib/delivery/signing-key";
import { defineCommand } from "@/lib/gateway/define-command";

/** Center makes the key by which it signs commands, once for all its processes; the private half is only stored sealed. */
export const makeCommandKey = defineCommand({
  name: "signing-key.make",
  permission: "system",
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    // Two processes that start together must not end up signing by different keys.
    await tx.execute(sql`select pg_advisory_xact_lock(7105662)`);
    const [known] = await readCommandKeys(tx);
    if (known)
      return { subject: `signing-key:${known.keyid}`, tenantId: null, before: known, after: known, result: { keyid: known.keyid } };

    const key = makeSigningKey(randomBytes(32));
    const row = { keyid: key.keyid, purpose: "command" as const, publicKey: key.publicKey, createdAt: now };
    await tx.insert(signingKeys).values({ ...row, sealedPrivate: await sealSigningKey(tx, key) });
    return { subject: `signing-key:${key.keyid}`, tenantId: null, before: null, after: row, result: { keyid: key.keyid } };
  },
});
