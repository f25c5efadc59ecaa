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
    // Kept for a while: on a pressed machine a new connection alone may take as long as an answer may.
    idle_timeout: 60,
    onnotice: () => undefined,
    connection: { application_name: "center:probe" },
  });
  return opened;
}

/** Resolves when the database has answered. */
export async function askDatabase(): Promise<void> {
  await probe()`select 1`;
}

/** Gives up the connection, on which nothing was heard: it may be one whose other end has long gone. */
export function forgetProbe(): void {
  const silent = opened;
  opened = null;
  // What was asked on it fails now, and whoever asked has been told already.
  void silent?.end({ timeout: 0 }).catch(() => undefined);
}
