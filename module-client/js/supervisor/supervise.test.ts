import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ModuleCenter } from "../testing/module-center";
import { MODULE_ID, makeKey, order } from "../testing/module-order";
import { KeptChild } from "./kept-child.mjs";
import { exporterEnvironment } from "./supervise.mjs";

/** Answers until it is asked for /hang, and from then on never again; it notes each of its lives. */
const APP = `
  import { appendFileSync } from "node:fs";
  import { createServer } from "node:http";
  appendFileSync(process.env.LIVES, process.pid + " " + process.env.OTEL_EXPORTER_OTLP_ENDPOINT + "\\n");
  createServer((request, response) => {
    if (request.url === "/exit") process.exit(3);
    if (request.url === "/hang") { process.on("SIGTERM", () => {}); for (;;); }
    response.end("ok");
  }).listen(Number(process.env.PORT), "127.0.0.1");
`;

const center = new ModuleCenter();
let dir: string;
let supervisor: ChildProcess;
let url: string;
const pids = () => lives().map((line) => Number(line.split(" ")[0]));
const lives = () => readFileSync(join(dir, "lives.txt"), "utf8").trim().split("\n");
const newestChecks = () => center.beats.at(-1)?.health.checks ?? {};
const isWell = () => newestChecks().runs?.ok === true && newestChecks().answers?.ok === true;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function runs(pid: number): boolean {
  try {
    // What has ended and waits to be looked at runs no more.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

let begin: () => void;

describe("a command under its supervisor", () => {
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "supervise-"));
    center.received.length = 0;
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    writeFileSync(join(dir, "app.mjs"), APP);
    const config = {
      center_url: await center.open(),
      id: MODULE_ID,
      module_key: "tiny",
      secret: center.secret,
      token: "mit_x",
      beat_seconds: 1,
    };
    writeFileSync(join(dir, "module.json"), JSON.stringify({ ...config, trust: { keys: [center.key.pinned] } }));
    const own = ["module-client/supervise.mjs", "--config", join(dir, "module.json"), "--health", `${url}/`];
    // As `npm start` would: what answers is a child of what the supervisor began.
    const command = ["sh", "-c", `"${process.execPath}" "${join(dir, "app.mjs")}"; exit $?`];
    begin = () => {
      supervisor = spawn(process.execPath, [...own, "--", ...command], {
        env: { ...process.env, PORT: String(port), LIVES: join(dir, "lives.txt") },
        stdio: ["ignore", "ignore", "inherit"],
      });
    };
    begin();
    await center.until(isWell, "a beat that says the command is well");
  });
  afterEach(async () => {
    const ended = once(supervisor, "exit");
    supervisor.kill("SIGHUP");
    supervisor.kill("SIGTERM");
    await ended;
    const left = pids().filter(runs);
    for (const pid of left) process.kill(pid, "SIGKILL");
    await center.close();
    rmSync(dir, { recursive: true, force: true });
    expect(left).toEqual([]);
  });

  test("a command that hangs is told of, restarted by a signed order and by nothing else, once; what ends by itself is begun again", async () => {
    expect(center.beats[0]).toMatchObject({ manifest: { key: "tiny", actions: ["restart"] } });
    expect(lives()).toEqual([expect.stringMatching(/\/api\/otlp$/)]);
    fetch(`${url}/hang`).catch(() => undefined);
    await center.until(() => newestChecks().answers?.ok === false, "a beat that says that it does not answer");
    expect(newestChecks()).toMatchObject({ runs: { ok: true }, answers: { detail: expect.stringContaining("ERR_TIMEOUT") } });

    const forged = center.send({ type: "restart", fence: 900 }, makeKey());
    const others = center.send({ type: "restart", module_id: "0198f000-0000-7000-8000-0000000000ff" });
    const late = center.send({ type: "restart", expires_at: new Date(Date.now() - 1_000).toISOString() });
    await center.until(() => [others, late].every((id) => center.resultsOf(id).length > 0), "both refusals");
    expect([others, late].map((id) => center.resultsOf(id)[0]?.status)).toEqual(["refused", "refused"]);
    expect([center.resultsOf(forged), lives().length]).toEqual([[], 1]);
    center.waiting.delete(forged);

    const id = center.send({ type: "restart" });
    await center.until(() => center.resultsOf(id).length > 0, "the restart");
    expect(center.resultsOf(id)[0]).toMatchObject({ status: "done", result: { restarts: 1 } });
    await center.until(isWell, "a beat that says that it is well again");
    expect(pids().map(runs)).toEqual([false, true]);
    const before = center.beats.length;
    center.waiting.set(id, order(center.key, { id, type: "restart", fence: 4 }));
    await center.until(() => center.beats.length > before + 2, "beats that bring the same order again");
    expect(lives()).toHaveLength(2);

    await fetch(`${url}/exit`).catch(() => undefined);
    await center.until(() => lives().length === 3 && isWell(), "its third life");
  });

  test("what a supervisor that was killed left behind is ended by the next one, which then keeps the command", async () => {
    const ended = once(supervisor, "exit");
    supervisor.kill("SIGKILL");
    await ended;
    expect(pids().map(runs)).toEqual([true]);
    const before = center.beats.length;
    begin();
    await center.until(() => center.beats.length > before && lives().length === 2 && isWell(), "a beat of the next supervisor");
    expect(pids().map(runs)).toEqual([false, true]);
  });
});

test("a supervisor that ends begins nothing any more, not even what was ordered a moment before", async () => {
  const own = mkdtempSync(join(tmpdir(), "kept-"));
  const file = join(own, "child.json");
  const child = new KeptChild({ command: ["sleep", "60"], env: process.env, file, log: () => undefined });
  await child.begin();
  const first = child.pid;
  const restart = expect(child.restart(new AbortController().signal, async () => false)).rejects.toThrow("The supervisor ends");
  await child.stop();
  await restart;
  const isKept = existsSync(file);
  rmSync(own, { recursive: true, force: true });
  expect([child.pid, first !== null && runs(first), isKept]).toEqual([null, false, false]);
});

const SHOP = { key: "shop", centerUrl: "https://center.test/", token: "mit_y" } as never;

test("what an exporter needs is set by the environment; what is set already stays", () => {
  expect(exporterEnvironment(SHOP, { OTEL_RESOURCE_ATTRIBUTES: "a=b" })).toEqual({
    OTEL_SERVICE_NAME: "shop",
    OTEL_EXPORTER_OTLP_ENDPOINT: "https://center.test/api/otlp",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20mit_y",
    OTEL_RESOURCE_ATTRIBUTES: "a=b,tenant.id=00000000-0000-0000-0000-000000000000",
  });
  const own = { OTEL_RESOURCE_ATTRIBUTES: "tenant.id=x", OTEL_SERVICE_NAME: "other" };
  expect(exporterEnvironment(SHOP, own)).toMatchObject(own);
});

test.each(["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])("whoever set %s is given no token", (name) => {
  const made = exporterEnvironment(SHOP, { [name]: "https://elsewhere.test" });
  expect(made[name]).toBe("https://elsewhere.test");
  expect(JSON.stringify(made)).not.toMatch(/mit_y|center\.test/);
});
