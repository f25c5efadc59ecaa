import type postgres from "postgres";
import type { Section } from "./archive";
import { BackupError } from "./backup-error";

interface TableRow {
  readonly name: string;
  readonly parent: string | null;
  readonly columns: string[];
  readonly key: string[] | null;
}

/** Every table and partition that holds rows, with its columns and its primary key. The queue is left out: it only wakes, and is made anew. */
const TABLES = `
  select c.relname as name, p.relname as parent,
    (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    (select array_agg(quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end order by k.place)
      from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality k (attnum, place)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum where i.indrelid = c.oid and i.indisprimary) as key
  from pg_class c left join pg_inherits h on h.inhrelid = c.oid left join pg_class p on p.oid = h.inhparent
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname`;

const REFERENCES = `
  select distinct conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint
  where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`;

/** Tables after those they refer to, so that no row ever waits for one that comes later. */
function afterParents(names: readonly string[], references: readonly { child: string; parent: string }[]): string[] {
  const placed = new Set<string>();
  const left = new Set(names);
  while (left.size > 0) {
    const next = [...left].filter((name) => references.every(({ child, parent }) => child !== name || !left.has(parent)));
    if (next.length === 0) throw new BackupError(`tables refer to each other in a circle: ${[...left].join(", ")}`);
    for (const name of next) {
      placed.add(name);
      left.delete(name);
    }
  }
  return [...placed];
}

/**
 * What a backup holds, in the order in which it can be put back.
 * @throws BackupError for a table without a primary key: nothing would say in which order its rows are compared
 */
export async function listSections(tx: postgres.TransactionSql): Promise<Section[]> {
  const tables = await tx.unsafe<TableRow[]>(TABLES);
  const references = await tx.unsafe<{ child: string; parent: string }[]>(REFERENCES);
  const rank = new Map(
    afterParents([...new Set(tables.map(({ name, parent }) => parent ?? name))], references).map((name, at) => [name, at]),
  );
  const sections = tables.map(({ name, parent, columns, key }) => {
    if (!key) throw new BackupError(`table ${name} has no primary key`);
    return { name, parent, columns, order: key.join(", ") };
  });
  const rankOf = ({ name, parent }: Section) => rank.get(parent ?? name) ?? 0;
  return sections.sort((left, right) => rankOf(left) - rankOf(right) || (left.name < right.name ? -1 : 1));
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** Columns as SQL. */
export const columnList = (section: Section) => section.columns.map(quoted).join(", ");
