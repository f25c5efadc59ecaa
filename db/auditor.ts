import type postgres from "postgres";
import { connection } from "./connection";

/** The auditor role: reads the audit log, seals it and vouches for it, and changes nothing else; for lib/audit alone. */
export function auditor(): postgres.Sql {
  return connection("auditor");
}
