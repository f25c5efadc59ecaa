import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "@/db/migrate";
import { DATABASE_ROLES, type DatabaseRole, roleName, roleUrl } from "@/db/roles";
import { masterKeyCheck } from "@/lib/access/sealing/master-key-check";
import { rolePassword } from "@/lib/access/sealing/role-passwords";
import { ensurePostgres } from "@/scripts/embedded-postgres.mjs";
import { catalogFaults } from "./catalog";
import { catalogPicture } from "./catalog-picture";
import { asSuperuser, createOwnedDatabase, ownerUrl } from "./cluster";

// Roles belong to the cluster, so their passwords are changed in one of our own.
const dataDir = mkdtempSync(path.join(tmpdir(), "center-migrate-"));
const folder = path.resolve("drizzle");
const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
let server: Awaited<ReturnType<typeof ensurePostgres>>;
let url: string;

beforeAll(async () => {
  server = await ensurePostgres({ dataDir, durable: false });
  await createOwnedDatabase(server.superuserUrl, "fresh");
  url = ownerUrl(server.superuserUrl, "fresh");
});
afterAll(async () => {
  await server.stop("immediate");
  rmSync(dataDir, { recursive: true, force: true });
});

async function withSql<T>(address: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(address, { max: 1, onnotice: () => undefined });
  return work(sql).finally(() => sql.end());
}
const whoIs = (role: DatabaseRole, key: Buffer) =>
  withSql(roleUrl(url, role, key), (sql) => sql<{ current_user: string }[]>`select current_user`).then(([row]) => row?.current_user);

describe("migrations", () => {
  test("two processes that begin at once on an empty cluster make one database of this version's shape", async () => {
    await Promise.all([migrateDatabase(url, older, folder), migrateDatabase(url, older, folder)]);
    await createOwnedDatabase(server.superuserUrl, "alone");
    const alone = ownerUrl(server.superuserUrl, "alone");
    await migrateDatabase(alone, older, folder);
    expect(await withSql(url, catalogPicture)).toEqual(await withSql(alone, catalogPicture));
  });

  test("it keeps the catalog's rules", async () => {
    const address = new URL(server.superuserUrl);
    address.pathname = "/fresh";
    expect(await withSql(address.href, catalogFaults)).toEqual([]);
  });

  test("applied again, and by two at once, they change nothing", async () => {
    const before = await withSql(url, catalogPicture);
    await migrateDatabase(url, older, folder);
    await Promise.all([migrateDatabase(url, older, folder), migrateDatabase(url, older, folder)]);
    expect(await withSql(url, catalogPicture)).toEqual(before);
  });

  test("an older build refuses a newer one's database and touches nothing; the newer one takes an older one's on", async () => {
    const olderBuild = mkdtempSync(path.join(dataDir, "older-"));
    cpSync(folder, olderBuild, { recursive: true });
    const journalFile = path.join(olderBuild, "meta", "_journal.json");
    const journal = JSON.parse(readFileSync(journalFile, "utf8")) as { entries: unknown[] };
    writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, -1) }));
    const before = await withSql(url, catalogPicture);
    await expect(migrateDatabase(url, older, olderBuild)).rejects.toThrow(
      /ERR_SCHEMA_NEWER.*1 migrations.*start that release or a later one/,
    );
    expect(await withSql(url, catalogPicture)).toEqual(before);

    await createOwnedDatabase(server.superuserUrl, "grown");
    const grown = ownerUrl(server.superuserUrl, "grown");
    await migrateDatabase(grown, older, olderBuild);
    await migrateDatabase(grown, older, folder);
    expect(await withSql(grown, catalogPicture)).toEqual(before);
  });

  test("two databases of one cluster may be migrated at once", async () => {
    await createOwnedDatabase(server.superuserUrl, "second");
    await Promise.all([migrateDatabase(url, older, folder), migrateDatabase(ownerUrl(server.superuserUrl, "second"), older, folder)]);
    const picture = await withSql(url, catalogPicture);
    expect(await withSql(ownerUrl(server.superuserUrl, "second"), catalogPicture)).toEqual(picture);
  });

  test("a second Center of another master key takes no role over, and says why", async () => {
    await createOwnedDatabase(server.superuserUrl, "another");
    const another = ownerUrl(server.superuserUrl, "another");
    await expect(migrateDatabase(another, newer, folder)).rejects.toThrow(
      /center_writer exists and refuses the password.*another Center seems to live in it/,
    );
    for (const role of DATABASE_ROLES) expect(await whoIs(role, older)).toBe(`center_${role}`);
    await expect(whoIs("reader", newer)).rejects.toMatchObject({ code: "28P01" });
  });

  test("one of the same master key whose owner may not alter roles uses them as they are", async () => {
    await asSuperuser(server.superuserUrl, async (sql) => {
      await sql.unsafe("create role guest login password 'guest'");
      await sql.unsafe('create database "Guest-own" owner guest');
    });
    const guest = new URL(url);
    [guest.username, guest.password, guest.pathname] = ["guest", "guest", "/Guest-own"];
    await migrateDatabase(guest.href, older, folder);
    await asSuperuser(server.superuserUrl, (sql) => sql`alter role center_reader inherit`);
    await expect(migrateDatabase(guest.href, older, folder)).rejects.toThrow(/may neither create nor alter the role center_reader/);
    await asSuperuser(server.superuserUrl, (sql) => sql`alter role center_reader noinherit`);
  });

  test("another master key than the one it was set up with is refused, and no password changes", async () => {
    await withSql(
      url,
      (sql) => sql`insert into installation (key, value, updated_at) values ('master_key_check', ${masterKeyCheck(older)}, now())`,
    );
    await expect(migrateDatabase(url, newer, folder)).rejects.toThrow("MASTER_KEY is not the one");
    expect(await whoIs("writer", older)).toBe("center_writer");
  });

  test("a password that somebody changed by hand is put right, once it is known whose database this is", async () => {
    await asSuperuser(server.superuserUrl, (sql) => sql`alter role center_reader password 'by hand'`);
    await expect(whoIs("reader", older)).rejects.toMatchObject({ code: "28P01" });
    await migrateDatabase(url, older, folder);
    expect(await whoIs("reader", older)).toBe("center_reader");
  });

  test("a role that may not log in, or takes on others' rights, is put right", async () => {
    await asSuperuser(server.superuserUrl, (sql) => sql`alter role center_reader nologin inherit`);
    await migrateDatabase(url, older, folder);
    const [role] = await asSuperuser(
      server.superuserUrl,
      (sql) => sql`select rolinherit, rolcanlogin from pg_roles where rolname = 'center_reader'`,
    );
    expect(role).toEqual({ rolinherit: false, rolcanlogin: true });
  });

  test("no statement carries a password", async () => {
    const statements: string[] = [];
    await asSuperuser(server.superuserUrl, (sql) => sql`alter role center_reader nologin`);
    await asSuperuser(server.superuserUrl, (sql) => sql`alter role center_owner nocreaterole`);
    await migrateDatabase(url, older, folder).catch((error: unknown) => statements.push(inspect(error, { depth: 10 })));
    await asSuperuser(server.superuserUrl, (sql) => sql`alter role center_owner createrole`);
    await migrateDatabase(url, older, folder);
    expect(statements.join()).toContain("SCRAM-SHA-256$");
    for (const role of DATABASE_ROLES) expect(statements.join()).not.toContain(rolePassword(older, roleName(role)));
  });

  test("today's and the coming days' partitions are there", async () => {
    const days = await withSql(
      url,
      (sql) => sql`
      select count(*)::int as days from generate_series((now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date + 7, interval '1 day') as d
      where to_regclass('plugin_heartbeats_' || to_char(d, 'YYYYMMDD')) is not null`,
    );
    expect(days).toEqual([{ days: 9 }]);
  });
});
