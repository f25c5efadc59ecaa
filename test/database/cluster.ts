import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { ROLES as PLATFORM_ROLES } from "@/examples/platform/database/schema.mjs";

/** Fixed for tests: database roles belong to the cluster, so every test database must agree on their passwords. */
export const TEST_MASTER_KEY = Buffer.alloc(32, 7).toString("base64");
export const TEMPLATE = "center_template";
const OWNER_PASSWORD = "test-owner";

/** URL of a database for the owner, a role that is no superuser, as in production. */
export function ownerUrl(superuserUrl: string, database: string): string {
  const url = new URL(superuserUrl);
  url.username = "center_owner";
  url.password = OWNER_PASSWORD;
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs statements as the superuser of the test cluster. */
export async function asSuperuser<T>(superuserUrl: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Makes the owner role and an empty database of its own. */
export async function createOwnedDatabase(superuserUrl: string, database: string): Promise<void> {
  await asSuperuser(superuserUrl, async (sql) => {
    const [owner] = await sql`select 1 from pg_roles where rolname = 'center_owner'`;
    if (!owner) await sql.unsafe(`create role center_owner login createrole createdb password '${OWNER_PASSWORD}'`);
    // The platform's roles are the whole server's: made once, by who may change them, whichever test comes first.
    for (const role of PLATFORM_ROLES)
      await sql.unsafe(
        `set role center_owner; do $$ begin create role ${role}; exception when duplicate_object then null; end $$; reset role`,
      );
    await sql.unsafe(`create database ${database} owner center_owner`);
  });
}

/** Copies the migrated template; takes some 50 ms. Waits its turn, because a template must be idle while it is copied. */
export async function copyTemplate(superuserUrl: string): Promise<string> {
  const database = `test_${randomBytes(6).toString("hex")}`;
  await asSuperuser(superuserUrl, async (sql) => {
    await sql`select pg_advisory_lock(4711)`;
    await sql.unsafe(`create database ${database} template ${TEMPLATE} owner center_owner`);
    // Rights on a database do not come with its template; migrations take this one away in the same words.
    await sql.unsafe(`revoke temporary on database ${database} from public`);
  });
  return database;
}
