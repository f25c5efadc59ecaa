import { readFileSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";

/** Reaches Center's embedded database as its superuser, as somebody who broke into the machine would. */
export async function asSuperuser<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const dataDir = process.env.CENTER_DATA_DIR ?? "";
  const read = (...segments: string[]) => readFileSync(path.join(dataDir, ...segments), "utf8").trim();
  const sql = postgres({
    host: "127.0.0.1",
    port: Number(read("postgres.port")),
    user: "postgres",
    password: read("secrets", "postgres-password"),
    database: "center",
    max: 1,
    onnotice: () => undefined,
  });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Writes another actor into a sealed entry with every trigger off. @returns the old actor */
export async function rewriteActor(seq: number, actor: string): Promise<string> {
  return asSuperuser((sql) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      const [before] = await tx<{ actor: string }[]>`select actor from audit_entries where seq = ${seq} for update`;
      if (!before) throw new Error(`there is no entry ${seq}`);
      await tx`update audit_entries set actor = ${actor} where seq = ${seq}`;
      return before.actor;
    }),
  );
}
