import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import { connection } from "./connection";

let instance: { readonly pool: postgres.Sql; readonly db: PostgresJsDatabase } | null = null;

/** The SELECT role, under row security: sees nothing until a scope is bound (lib/platform/scope.ts). */
export function reader(): PostgresJsDatabase {
  const pool = connection("reader");
  if (instance?.pool !== pool) instance = { pool, db: drizzle(pool) };
  return instance.db;
}
