import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";

type Executor = Pick<PostgresJsDatabase, "execute">;

async function hasBaseline(db: Executor): Promise<boolean> {
  const [row] = await db.execute<{ known: boolean }>(sql`select to_regclass('public.catalog_drift') is not null as known`);
  return row?.known ?? false;
}

/** Whether the baseline was written after the migrations that ran last; one broken off in between is written anew. */
async function isDeclared(db: Executor): Promise<boolean> {
  const [row] = await db.execute<{ declared: boolean }>(
    sql`select exists (select 1 from catalog_baseline where kind = 'migrations' and digest = contract_migrations()) as declared`,
  );
  return row?.declared ?? false;
}

/**
 * Runs migrations and writes down the catalog that they made, which the scanner compares with from then on. What was otherwise before they
 * ran was changed by somebody else and stays a difference: migrating makes nothing right.
 *
 * @param db  the owner's connection, one alone
 */
export async function declaringCatalog(db: PostgresJsDatabase, migrate: () => Promise<void>): Promise<void> {
  const strange = (await hasBaseline(db))
    ? await db.execute<{ kind: string; object: string }>(sql`select kind, object from catalog_drift`)
    : [];
  await migrate();
  // A backup of a release before the baseline is brought to that release's shape first.
  if (!(await hasBaseline(db)) || (await isDeclared(db))) return;
  const keys = JSON.stringify(strange.map(({ kind, object }) => [kind, object]));
  await db.transaction(async (tx) => {
    const isStrange = sql`jsonb_build_array(kind, object) in (select jsonb_array_elements(${keys}::jsonb))`;
    await tx.execute(sql`delete from catalog_baseline where not ${isStrange}`);
    await tx.execute(
      sql`insert into catalog_baseline (kind, object, digest) select kind, object, digest from catalog_now where not ${isStrange}`,
    );
    await tx.execute(sql`select contract_begin()`);
    await tx.execute(sql`update audit_floor set since = pg_current_xact_id()`);
  });
}
