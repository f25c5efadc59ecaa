import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { connection } from "./connection";

let instance: PostgresJsDatabase | null = null;

/** The SELECT role, under row security: sees nothing until a scope is bound (lib/platform/scope.ts). */
export function reader(): PostgresJsDatabase {
  instance ??= drizzle(connection("reader"));
  return instance;
}
