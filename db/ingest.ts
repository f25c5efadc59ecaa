import type postgres from "postgres";
import { connection } from "./connection";

/** The ingest role: telemetry tables and nothing else; for the accept path alone. */
export function ingest(): postgres.Sql {
  return connection("ingest");
}
