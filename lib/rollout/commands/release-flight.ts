import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import { isFull } from "@/lib/policy/permit/gates";
import type { PermitInput } from "@/lib/policy/types";

interface Release {
  readonly pluginKey: string;
  readonly version: string;
}

/** How many shops are trying a release now, and at how many it has proven itself: over all tenants the scope can see. */
export async function readReleaseFlight(tx: Pick<WriterTx, "execute">, { pluginKey, version }: Release): Promise<PermitInput["release"]> {
  const [row] = await tx.execute<{ in_flight: number; proven: number }>(sql`
    select count(*) filter (where a.phase <> 'done')::int as in_flight,
      count(distinct a.plugin_id) filter (where a.status = 'success')::int as proven
    from plugin_autopatch_attempts a join plugins p on p.tenant_id = a.tenant_id and p.id = a.plugin_id
    where p.plugin_key = ${pluginKey} and a.to_version = ${version} and a.method = 'update'`);
  return { inFlight: row?.in_flight ?? 0, proven: row?.proven ?? 0 };
}

/**
 * Counts again, alone with this release until the commit: two decisions at once cannot both be the last one that fits.
 * @throws Refusal conflict when it has filled up since the permit was made: the next permit says so
 */
export async function requireRoom(tx: WriterTx, release: Release): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`release:${release.pluginKey}:${release.version}`}, 0))`);
  if (isFull(await readReleaseFlight(tx, release))) refuse("conflict", `Enough shops are trying ${release.version} already`);
}
