import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { problemOf } from "@/lib/platform/web/problem";

const NAMESPACE = ["--user", "--map-root-user", "--mount"];
/** A file system of our own needs a namespace of our own. */
const mayMount = spawnSync("unshare", [...NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** Runs a script with a real file system of so many bytes at /mnt; answers the JSON it printed last. */
async function onSmallDisk(size: string, script: string): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: path.resolve("."), loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
    alias: { "@": path.resolve(".") },
  });
  const shell = `mount -t tmpfs -o size=${size} tmpfs /mnt && exec "$0" --input-type=module`;
  const child = spawn("unshare", [...NAMESPACE, "sh", "-c", shell, process.execPath], { stdio: ["pipe", "pipe", "pipe"] });
  let printed = "";
  let complained = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  child.stderr.on("data", (chunk) => {
    complained += chunk;
  });
  child.stdin.end(outputFiles[0]?.text ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`the script ended with ${code}: ${complained}`);
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
}

const COPY = `
  import { rmSync, writeFileSync } from "node:fs";
  import { countLeaves, keepCheckpoints, keepLeaves, readCopied, readLeaves } from "@/lib/audit/checkpoint/outside-copy";
  const directory = "/mnt/audit";
  writeFileSync("/mnt/filler", Buffer.alloc(24_000));
  const leaf = (index) => Buffer.alloc(32, index % 251);
  const seen = { refused: [], torn: 0, lines: 0, lost: 0 };
  let kept = 0;
  // 37 leaves a round: no round ends where a page of the disk does.
  const round = async () => {
    await keepLeaves(directory, kept, Array.from({ length: 37 }, (_none, at) => leaf(kept + at)));
    if ((await countLeaves(directory)) < kept + 37) seen.torn += 1;
    await keepCheckpoints(directory, [{ note: "x".repeat(500), public_key: "k" }]);
    kept += 37;
    seen.lines += 1;
  };
  for (let tries = 0; seen.refused.length === 0 && tries < 200; tries += 1) await round().catch((error) => seen.refused.push(error.code));
  rmSync("/mnt/filler");
  for (let tries = 0; tries < 5; tries += 1) await round();
  const leaves = await readLeaves(directory, 0, kept);
  seen.lost = kept - leaves.filter((bytes, at) => bytes.equals(leaf(at))).length;
  const copied = await readCopied(directory);
  console.log(JSON.stringify({ ...seen, lines: copied.length - seen.lines, whole: copied.every(({ note }) => note.length === 500) }));`;

test.skipIf(!mayMount && process.env.CI !== "true")(
  "the copy of the audit log on a full disk says so, tells of nothing that is not there, and goes on when there is room",
  async () => {
    expect(await onSmallDisk("64k", COPY)).toEqual({ refused: ["ENOSPC"], torn: 0, lines: 0, lost: 0, whole: true });
  },
);

const DATABASE = `
  import { rmSync, writeFileSync } from "node:fs";
  import postgres from "postgres";
  import { isDatabaseAway } from "@/lib/platform/web/problem";
  const { ensurePostgres } = await import(${JSON.stringify(path.resolve("scripts/embedded-postgres.mjs"))});
  writeFileSync("/mnt/filler", Buffer.alloc(12 * 1024 * 1024));
  const server = await ensurePostgres({ dataDir: "/mnt/center", flags: ["max_wal_size=32MB", "shared_buffers=8MB"] });
  const sql = postgres(server.superuserUrl, { max: 1, onnotice: () => undefined });
  await sql\`create table beats (id int primary key, body text)\`;
  const acknowledged = [];
  const beat = (id) => sql\`insert into beats select \${id}, string_agg(md5(random()::text), '') from generate_series(1, 8000)\`.then(() => acknowledged.push(id));
  let refused = null;
  for (let id = 0; refused === null && id < 2000; id += 1) await beat(id).catch((error) => { refused = error; });
  rmSync("/mnt/filler");
  await sql.end({ timeout: 5 });
  // A server that ended for want of room is started again, as npm start does.
  const again = await ensurePostgres({ dataDir: "/mnt/center" });
  const after = postgres(again.superuserUrl, { max: 1, onnotice: () => undefined });
  const rows = await after\`select id from beats order by id\`;
  await after\`insert into beats values (100000, 'again')\`;
  const lost = acknowledged.filter((id) => !rows.some((row) => row.id === id)).length;
  await after.end({ timeout: 5 });
  await again.stop("immediate");
  console.log(JSON.stringify({ isRefused: refused !== null, isRetried: isDatabaseAway(refused), code: refused?.code, lost, some: acknowledged.length > 0 }));`;

test.skipIf(!mayMount && process.env.CI !== "true")(
  "a database on a full disk refuses in words that are answered with 503, has everything it acknowledged, and goes on when there is room",
  async () => {
    expect(await onSmallDisk("120m", DATABASE)).toMatchObject({ isRefused: true, isRetried: true, lost: 0, some: true });
  },
  60_000,
);

test.each([
  [Object.assign(new Error("could not extend file"), { code: "53100" })],
  [Object.assign(new Error("no space left on device"), { code: "ENOSPC" })],
])("a caller is told that the disk is full, and when to come again", (error) => {
  expect(problemOf(new Error("failed", { cause: error }))).toMatchObject({ status: 503, code: "ERR_DISK_FULL", retryAfterSeconds: 5 });
});
