import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { POST as postBeat } from "@/app/api/plugins/heartbeat/route";
import { REASONS } from "@/lib/telemetry/watched/refusals/reasons";
import { hasPhp } from "@/plugin-client/conformance/testing/agents";
import { freePort } from "@/plugin-client/js/testing/agent-lab";
import { openAs } from "@/test/database/open-as";
import { type MadePlugin, makePlugin, makeTenant } from "@/test/factories";
import { layOut, readSnippets } from "./read-snippets";

const ROOT = join(import.meta.dirname, "..", "..");
const VECTORS = join(ROOT, "plugin-client", "vectors");
const guides = { js: readSnippets(join(ROOT, "docs/plugin-guide-js.md")), php: readSnippets(join(ROOT, "docs/plugin-guide-php.md")) };
const folders = { js: layOut(guides.js), php: layOut(guides.php) };
const superuser = openAs("superuser");
let plugin: MadePlugin;

/** Center's own route, over HTTP as an author's program meets it. */
const center = createServer(async (request, response) => {
  const headers = new Headers(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])) as [string, string][],
  );
  const body = await buffer(request);
  const answer = await postBeat(new Request(`http://center.test${request.url}`, { method: "POST", headers, body: new Uint8Array(body) }));
  response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
});

beforeAll(async () => {
  copyFileSync(join(ROOT, "plugin-client/heartbeat.js"), join(folders.js, "heartbeat.js"));
  await new Promise<void>((resolve) => center.listen(0, "127.0.0.1", resolve));
  plugin = await makePlugin((await makeTenant()).id, { version: "1.0.0" });
});
afterAll(async () => {
  center.close();
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
  await superuser.end();
});

function start(language: "js" | "php", file: string, args: readonly string[] = [], env: Record<string, string> = {}): ChildProcess {
  const url = `http://127.0.0.1:${(center.address() as AddressInfo).port}`;
  const known = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH ?? "",
    CENTER_URL: url,
    PLUGIN_ID: plugin.id,
    PLUGIN_SECRET: plugin.secret,
  };
  const program = language === "js" ? process.execPath : "php";
  return spawn(program, [file, ...args], { cwd: folders[language], env: { ...known, ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once("close", resolve));

/** What a program says until it ends, and by which code it ends. */
async function outcome(child: ChildProcess) {
  const [code, said, complained] = await Promise.all([ended(child), text(child.stdout as never), text(child.stderr as never)]);
  return { code, said: said.trim(), complained };
}
const beats = async () => (await superuser`select 1 from plugin_heartbeats where plugin_id = ${plugin.id}`).length;

test("every snippet that names a file is tried below", () => {
  expect([...guides.js.keys()]).toEqual(["shop.mjs", "beat.mjs", "plugin.json", "server.mjs", "smoke.mjs", "check-vectors.mjs"]);
  expect([...guides.php.keys()]).toEqual(["beat.php", "my-pay.php", "plugin.json", "smoke.php", "check-vectors.php"]);
});

test("every reason stands in the list of reasons, in the words of the page", async () => {
  const row = ([why, { hint, isProven }]: [string, { hint: string; isProven: boolean }]) =>
    `- \`${why}\`${isProven ? "" : " (not signed by the plugin)"}: ${hint}\n`;
  const head = `# Why was I refused

The reasons that a plugin's page and \`GET /api/ops/plugins/{id}/refusals\` give, with what to do. What the plugin did not sign may have been sent by anybody who
knows its id, and is kept apart; it pushes nothing out that the plugin itself signed. Nothing is kept of bodies and secrets, and each reason is
one line that counts, for 30 days.

`;
  await expect(`${head}${Object.entries(REASONS).map(row).join("")}`).toMatchFileSnapshot(join(ROOT, "docs/plugin-refusals.md"));
});

describe("in JavaScript", () => {
  test("the heartbeat beats until it is told to stop", async () => {
    const before = await beats();
    const child = start("js", "shop.mjs");
    await vi.waitFor(async () => expect(await beats()).toBeGreaterThan(before), { timeout: 25_000, interval: 50 });
    const over = ended(child);
    child.kill("SIGTERM");
    expect(await over).toBe(0);
  });

  test("the beat by hand is stored", async () => {
    const before = await beats();
    expect(await outcome(start("js", "beat.mjs"))).toEqual({ code: 0, said: "200 120", complained: "" });
    expect(await beats()).toBe(before + 1);
  });

  test("the plugin answers for its health, and passes its own smoke test", async () => {
    expect(await outcome(start("js", "smoke.mjs"))).toEqual({ code: 0, said: "", complained: "" });
    const port = await freePort();
    const child = start("js", "server.mjs", [], { PORT: String(port) });
    const over = ended(child);
    const ask = async () => (await fetch(`http://127.0.0.1:${port}/__health?nonce=abc`, { headers: { connection: "close" } })).json();
    const health = await vi.waitFor(ask, { timeout: 25_000, interval: 50 });
    expect(health).toMatchObject({ nonce: "abc", version: "1.0.0", active: true, counters: { webhooks_sent: 0 } });
    child.kill("SIGTERM");
    expect(await over).toBe(0);
  });

  test("the vectors are judged rightly", async () => {
    expect(await outcome(start("js", "check-vectors.mjs", [VECTORS]))).toMatchObject({ code: 0, complained: "" });
  });
});

// The set-up says aloud where PHP is missing, and fails then under CI.
describe.runIf(hasPhp)("in PHP", () => {
  test("the beat by hand is stored", async () => {
    const before = await beats();
    expect(await outcome(start("php", "beat.php"))).toEqual({ code: 0, said: "200 120", complained: "" });
    expect(await beats()).toBe(before + 1);
  });

  test("the plugin passes its own smoke test, and the vectors are judged rightly", async () => {
    expect(await outcome(start("php", "smoke.php"))).toEqual({ code: 0, said: "", complained: "" });
    expect(await outcome(start("php", "check-vectors.php", [VECTORS]))).toMatchObject({ code: 0, complained: "" });
  });
});
