import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

/** Runs a script in a process of its own, with this folder's modules bundled; answers how it ended and what it printed. */
async function runAlone(script: string): Promise<{ code: number | null; printed: string; complained: string }> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
    alias: { "@": path.resolve(".") },
  });
  const child = spawn(process.execPath, ["--input-type=module"], { stdio: "pipe", env: { ...process.env, LOG_LEVEL: "silent" } });
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
  return { code, printed, complained };
}

/** A command's transaction whose backend is ended from outside while it works, and another one after it. */
const LOSE_CONNECTION = `
  import { sql } from "drizzle-orm";
  import postgres from "postgres";
  import { closeConnections } from "./connection";
  import { reader } from "./reader";
  const owner = postgres(process.env.TEST_SUPERUSER_URL, { max: 1 });
  const once = () => reader().transaction(async (tx) => {
    const [{ pid }] = await tx.execute(sql\`select pg_backend_pid() as pid\`);
    await Promise.all([tx.execute(sql\`select pg_sleep(60)\`), owner\`select pg_terminate_backend(\${pid})\`]);
  }).catch((error) => console.log("told", error.code ?? error.cause?.code));
  await Promise.all(Array.from({ length: 8 }, once));
  const ask = () => reader().execute(sql\`select 1 as again\`).then(() => "again", (error) => error.cause?.code);
  for (const when of ["at once", "later"]) console.log(when, [...new Set(await Promise.all(Array.from({ length: 16 }, ask)))].join());
  await Promise.race([Promise.all([closeConnections(), owner.end()]), "ended"]);
  process.exit(0);`;

describe("connections that the database closes mid-transaction", () => {
  test("are told to whoever used them, and the process goes on with others", async () => {
    const { code, printed, complained } = await runAlone(LOSE_CONNECTION);
    expect({ code, complained }).toEqual({ code: 0, complained: "" });
    expect(printed.trim().split("\n")).toEqual([
      ...Array.from({ length: 8 }, () => expect.stringMatching(/^told (CONNECTION_\w+|57P01)$/)),
      "at once again",
      "later again",
    ]);
  });

  test("any other fault that nobody catches still ends the process", async () => {
    const faulty = `import { surviveLostConnections } from "./survive-lost-connections";
      surviveLostConnections(() => undefined);
      setImmediate(() => { throw new TypeError("planted"); });`;
    const { code, complained } = await runAlone(faulty);
    expect(code).not.toBe(0);
    expect(complained).toContain("planted");
  });
});
