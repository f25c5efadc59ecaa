import postgres from "postgres";
import { environment } from "@/lib/platform/env";
import { roleUrl } from "./roles";
import { workingPassword } from "./working-password";

let opened: postgres.Sql | null = null;

/** A connection of its own for the simplest of questions. It never carries work, so that what it says is not about how much work there is. */
function probe(): postgres.Sql {
  if (opened) return opened;
  const { databaseUrl, masterKey } = environment();
  opened = postgres(roleUrl(databaseUrl, "reader", masterKey), {
    max: 1,
    password: () => workingPassword("reader"),
    connect_timeout: 2,
    idle_timeout: 5,
    onnotice: () => undefined,
    connection: { application_name: "center:probe" },
  });
  return opened;
}

/** Resolves when the database has answered. */
export async function askDatabase(): Promise<void> {
  await probe()`select 1`;
}
