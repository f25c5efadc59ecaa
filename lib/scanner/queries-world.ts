import { sql } from "drizzle-orm";
import { scopeFor } from "@/lib/access/system-actor";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { healthSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { LINTS } from "./lints";
import { covers } from "./run-windows";
import type { LintRow, ScanKind, World } from "./types";

/** What a part of the world was read by, so that the next time only what is new is read. */
export interface ReadPart<Part> {
  readonly value: Part;
  readonly rowsRead: number;
  readonly watermark: Readonly<Record<string, unknown>>;
}

/** Changes whenever a table, column, index, constraint, trigger, policy, function, right, membership or setting of a role does. */
const FINGERPRINT = `
  select md5(concat_ws('/',
    (select string_agg(oid || ':' || xmin, ',' order by oid) from pg_class where relnamespace = 'public'::regnamespace),
    (select string_agg(oid || ':' || xmin, ',' order by oid) from pg_trigger where not tgisinternal),
    (select string_agg(oid || ':' || xmin, ',' order by oid) from pg_policy),
    (select string_agg(oid || ':' || xmin, ',' order by oid) from pg_proc where pronamespace = 'public'::regnamespace),
    (select string_agg(oid || ':' || xmin, ',' order by oid) from pg_constraint where connamespace = 'public'::regnamespace),
    (select string_agg(attrelid || ':' || attnum || ':' || xmin, ',' order by attrelid, attnum) from pg_attribute
      where attnum > 0 and attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)),
    (select string_agg(indexrelid || ':' || xmin, ',' order by indexrelid) from pg_index),
    (select string_agg(oid || ':' || xmin, ',' order by oid) from pg_namespace where nspname not like 'pg\\_%'),
    (select xmin::text from pg_database where datname = current_database()),
    (select string_agg(ev_class || ':' || rulename || ':' || xmin, ',' order by oid) from pg_rewrite),
    (select string_agg(concat_ws(':', rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication), ',' order by rolname) from pg_roles),
    (select string_agg(roleid || ':' || member, ',' order by roleid, member) from pg_auth_members),
    (select count(*) || ':' || coalesce(sum(hashtext(digest)), 0) from catalog_baseline),
    (select count(*)::text from lint_exceptions))) as fingerprint`;

type TellFault = (check: string, error: unknown) => void;

function askLints(names: readonly string[]): Promise<readonly LintRow[]> {
  const views = names.map(
    (name) => `(select name, level, detail, remediation, object from lint_${name} order by object limit ${LIMITS.scanShown})`,
  );
  return read(scopeFor("scan"), async (tx) => [
    ...(await tx.execute<{ name: string; level: "error" | "warn"; detail: string; remediation: string; object: string }>(
      sql.raw(views.join(" union all ")),
    )),
  ]);
}

/** Each by itself, so that one that is gone or fails blinds no other; the next scan asks again, whether the catalog changed or not. */
async function readOneByOne(names: readonly string[], told: TellFault): Promise<ReadPart<readonly LintRow[]>> {
  const rows: LintRow[] = [];
  for (const name of names) {
    try {
      rows.push(...(await askLints([name])));
    } catch (error) {
      told(`lint.${name}`, error);
    }
  }
  return { value: rows, rowsRead: rows.length, watermark: { catalog: null } };
}

/**
 * The rows of the lints of a scan. Between two audits nothing is asked twice of a catalog that did not change.
 *
 * @param seen  what the last realtime scan was told by
 * @param told  each lint that could not be read
 * @returns null where nothing changed, or an upgrade is under way: what was found then stands
 */
export async function readLints(kind: ScanKind, seen: unknown, told: TellFault): Promise<ReadPart<readonly LintRow[]> | null> {
  const fingerprint = await read(scopeFor("scan"), async (tx) => {
    const [{ declared } = { declared: false }] = await tx.execute<{ declared: boolean }>(
      sql`select exists (select 1 from catalog_baseline where kind = 'migrations' and digest = contract_migrations()) as declared`,
    );
    if (!declared) return null;
    const [row] = await tx.execute<{ fingerprint: string }>(sql.raw(FINGERPRINT));
    const now = row?.fingerprint ?? "";
    return kind === "realtime" && seen === now ? null : now;
  });
  if (fingerprint === null) return null;
  const asked = LINTS.filter((lint) => covers(kind, lint.kind)).map(({ name }) => name);
  try {
    const rows = await askLints(asked);
    return { value: rows, rowsRead: rows.length, watermark: { catalog: fingerprint } };
  } catch {
    return readOneByOne(asked, told);
  }
}

/** A type and no interface: rows of a query are open records. */
type UnauditedRow = {
  name: string;
  writes: string;
  looked: string;
  unaudited: string;
  sample: string | null;
  highest: string | null;
  from: string | null;
};

/** How far governed rows of a table were looked at: the writes that were counted then, and the transaction to go on from. */
export type SeenRows = Readonly<Record<string, { readonly writes?: number; readonly from: number | null }>>;

/**
 * Governed rows that no audit entry knows.
 * @param seen  what the last look came to; {} looks at every row of every table, and without its writes a table is looked at in any case
 * @returns null where it is not known yet from when on that can be asked
 */
export function readUnaudited(seen: SeenRows): Promise<ReadPart<World["unaudited"]> | null> {
  return read(scopeFor("scan"), async (tx) => {
    const rows = await tx.execute<UnauditedRow>(
      sql`select name, writes::text, looked::text, unaudited::text, sample, highest::text, looked_from::text as "from" from contract_unaudited(${JSON.stringify(seen)}::jsonb)`,
    );
    if (rows.length === 0) return null;
    return {
      value: rows.map(({ name, unaudited, sample, highest }) => ({ table: name, rows: Number(unaudited), sample, highest })),
      rowsRead: rows.reduce((sum, { looked }) => sum + Number(looked), 0),
      watermark: {
        rows: Object.fromEntries(
          rows.map(({ name, writes, from }) => [name, { writes: Number(writes), from: from === null ? null : Number(from) }]),
        ),
      },
    };
  });
}

/** Rows that belong to nobody, where the catalog does not rule them out. */
export function readOwnerless(): Promise<ReadPart<World["ownerless"]>> {
  return read(scopeFor("scan"), async (tx) => {
    const rows = await tx.execute<{ name: string; ownerless: string }>(sql`select name, ownerless::text from contract_ownerless()`);
    const value = rows.map(({ name, ownerless }) => ({ table: name, rows: Number(ownerless) }));
    return { value, rowsRead: value.reduce((sum, { rows: count }) => sum + count, 0), watermark: {} };
  });
}

/** Marks that modules left by speaking for tenants that are not theirs, or for nobody, in the last minutes. */
export function readSignals(now: Date): Promise<ReadPart<World["signals"]>> {
  const since = new Date(now.getTime() - LIMITS.scanSignalMinutes * 60_000);
  return read(scopeFor("scan"), async (tx) => {
    const rows = await tx.execute<{ key: string; code: string; count: number; trace: string | null; looked: string }>(sql`
      select s.module_key as key, e.code, sum(e.count)::float8 as count, max(e.sample_trace_id) as trace, count(*)::text as looked
      from module_error_minutes e join module_services s on s.id = e.module_id
      where e.tenant_id = '00000000-0000-0000-0000-000000000000' and e.minute_at >= ${since.toISOString()}::timestamptz
        and e.code in ('ERR_TENANT_MISSING', 'ERR_CROSS_TENANT', 'ERR_TENANT_UNKNOWN')
      group by s.module_key, e.code order by 1, 2`);
    return {
      value: rows.map(({ key, code, count, trace }) => ({ moduleKey: key, code, count, traceId: trace })),
      rowsRead: rows.reduce((sum, { looked }) => sum + Number(looked), 0),
      watermark: {},
    };
  });
}

/** What modules say of themselves does not hold, by their last beat. */
export function readChecks(now: Date): Promise<ReadPart<World["checks"]>> {
  const since = new Date(now.getTime() - LIMITS.moduleSilentSeconds * 1_000);
  return read(scopeFor("scan"), async (tx) => {
    const rows = await tx.execute<{ key: string; health: unknown }>(sql`
      select s.module_key as key, st.health from module_service_state st join module_services s on s.id = st.module_id
      where s.status = 'active' and s.module_key <> ${PROVING_MODULE} and st.last_seen >= ${since.toISOString()}::timestamptz order by 1`);
    const value = rows.flatMap(({ key, health }) => {
      const said = healthSchema.safeParse(health);
      const checks = Object.entries(said.success ? said.data.checks : {});
      return checks.flatMap(([id, { ok, detail = "" }]) => (ok ? [] : [{ moduleKey: key, id, detail }]));
    });
    return { value, rowsRead: rows.length, watermark: {} };
  });
}
