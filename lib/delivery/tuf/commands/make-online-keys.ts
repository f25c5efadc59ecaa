import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { signingKeys } from "@/db/schema/spine";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { readPublicKeys, sealSigningKey } from "@/lib/access/sealing/signing-keys";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { makeSigningKey } from "@/lib/delivery/signing-key";
import { defineCommand } from "@/lib/gateway/define-command";
import { digestOf } from "@/lib/kernel/canonical-json";

/**
 * Center makes the keys by which it signs snapshot and timestamp: the first ones by itself, further ones when a person asks. A further
 * one signs nothing until a root names it, which takes the root's threshold.
 */
export const makeOnlineKeys = defineCommand({
  name: "tuf.make-online-keys",
  permission: "trust:write",
  input: z.strictObject({ further: z.boolean().default(false) }),

  async apply(tx, { further }, { actor, now }) {
    requireAllTenants(actor, "The root of trust");
    if (actor.kind === "person") await requireStepUp(tx, actor, digestOf({ do: "tuf.make-online-keys", further }), now);
    await tx.execute(sql`select pg_advisory_xact_lock(7105671)`);
    const made: { purpose: string; keyid: string }[] = [];
    for (const purpose of ["tuf_snapshot", "tuf_timestamp"] as const) {
      const known = await readPublicKeys(tx, purpose);
      if (known.length > 0 && !further) continue;
      const key = makeSigningKey(randomBytes(32));
      const row = { keyid: key.keyid, purpose, publicKey: key.publicKey, createdAt: now };
      await tx.insert(signingKeys).values({ ...row, sealedPrivate: await sealSigningKey(tx, key) });
      made.push({ purpose, keyid: key.keyid });
    }
    return { subject: "tuf:online-keys", tenantId: null, before: null, after: { made }, result: { made } };
  },
});
