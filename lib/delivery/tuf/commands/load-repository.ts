import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { openSigningKeys } from "@/lib/access/sealing/signing-keys";
import { openRepository, type Repository, type TufFile } from "../judge-bundle";
import type { OnlineSigners } from "../plan-online";
import { metadataSigner } from "../tuf-key";

/** The newest text of every role; a second writer waits here until the first has committed. */
export async function lockNewest(tx: WriterTx): Promise<Map<string, string>> {
  await tx.execute(sql`select pg_advisory_xact_lock(7105670)`);
  const rows = await tx.execute<{ role: string; body: string }>(
    sql`select distinct on (role) role, body from tuf_metadata order by role, version desc`,
  );
  return new Map(rows.map(({ role, body }) => [role, body]));
}

/** The off-line half of those texts; null while nobody established a repository. */
export function repositoryOf(newest: ReadonlyMap<string, string>): Repository | null {
  return openRepository([...newest].map(([role, text]): TufFile => ({ role, text })));
}

/** Center's own keys for snapshot and timestamp, oldest first. */
export async function loadOnlineSigners(tx: WriterTx): Promise<OnlineSigners> {
  const open = async (purpose: "tuf_snapshot" | "tuf_timestamp") =>
    (await openSigningKeys(tx, purpose)).map(({ privateKey }) => metadataSigner(privateKey));
  return { snapshot: await open("tuf_snapshot"), timestamp: await open("tuf_timestamp") };
}
