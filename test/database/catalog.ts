import type postgres from "postgres";
import { CATALOG_RULES } from "./catalog-rules";

/** A place where the catalog breaks a promise of safety.md, rules 2 and 3. */
export interface Fault {
  readonly name: string;
  readonly object: string;
  readonly detail: string;
}

/** Judges a migrated database by its catalog alone. Needs the sight of a superuser or the owner; changes nothing. */
export async function catalogFaults(sql: Pick<postgres.Sql, "unsafe">): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const rule of CATALOG_RULES) {
    const rows = await sql.unsafe<{ object: string; detail: string }[]>(rule.sql);
    faults.push(...rows.map(({ object, detail }) => ({ name: rule.name, object, detail })));
  }
  return faults;
}
