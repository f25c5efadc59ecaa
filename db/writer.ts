import type { ExtractTablesWithRelations } from "drizzle-orm";
import type { PgTransaction } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import { connection } from "./connection";

type NoSchema = Record<string, never>;

/** A transaction of the write gateway. Commands receive one and never open their own. */
export type WriterTx = PgTransaction<PostgresJsQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>>;

let instance: { readonly pool: postgres.Sql; readonly db: PostgresJsDatabase } | null = null;

/** The writer role; for the gateway alone. */
export function writer(): PostgresJsDatabase {
  const pool = connection("writer");
  if (instance?.pool !== pool) instance = { pool, db: drizzle(pool) };
  return instance.db;
}
