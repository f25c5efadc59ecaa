import { sql } from "drizzle-orm";
import { z } from "zod";
import { tufExpiryWarnings, tufMetadata } from "@/db/schema/tuf";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { dueWarnings, warningKey } from "../expiry-warnings";
import { delegatedVendors } from "../judge-bundle";
import { lockNewest, repositoryOf } from "./load-repository";

/** Tells operators, once a day, that metadata which only people can sign is about to expire, or has: then nothing new is installed. */
export const warnOfExpiry = defineCommand({
  name: "tuf.warn-of-expiry",
  permission: "system",
  isPolled: true,
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    const repository = repositoryOf(await lockNewest(tx)) ?? refuse("conflict", "There is no repository yet");
    const spoken = ["root", "targets", ...delegatedVendors(repository).map(([role]) => role)];
    const rows = await tx
      .selectDistinctOn([tufMetadata.role], {
        role: tufMetadata.role,
        version: tufMetadata.version,
        createdAt: tufMetadata.createdAt,
        expiresAt: tufMetadata.expiresAt,
      })
      .from(tufMetadata)
      .orderBy(tufMetadata.role, sql`${tufMetadata.version} desc`);
    const told = await tx.select().from(tufExpiryWarnings).orderBy(tufExpiryWarnings.at);
    const due = dueWarnings(
      rows.filter(({ role }) => spoken.includes(role)),
      new Map(told.map((row) => [warningKey(row), row.at])),
      now,
    );
    if (due.length === 0) refuse("conflict", "Nothing is about to expire that nobody was told of");
    for (const { role, version, kind } of due) await tx.insert(tufExpiryWarnings).values({ role, version, kind, at: now });
    const result = due.map(({ role, version, kind, expiresAt }) => ({ role, version, kind, expires: expiresAt.toISOString() }));
    const events = result.map(({ role, version, kind, expires }) => ({
      name: "metadata.expiring",
      payload: { role, version, expired: kind === "expired", expires },
    }));
    return { subject: "tuf:repository", tenantId: null, before: null, after: result, events, result };
  },
});
