import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PUT as store } from "@/app/api/ops/releases/[id]/artifact/route";
import { POST as announce, GET as releases } from "@/app/api/ops/releases/route";
import { POST as accept } from "@/app/api/ops/tuf/metadata/route";
import { POST as onlineKeys } from "@/app/api/ops/tuf/online-keys/route";
import { POST as establish } from "@/app/api/ops/tuf/root/route";
import { GET as show } from "@/app/api/ops/tuf/route";
import { GET as metadata } from "@/app/api/tuf/[name]/route";
import { packVersion } from "@/examples/shop/pack.mjs";
import { ensureOnlineKeys } from "@/lib/delivery/tuf/jobs/ensure-online-keys";
import { showRepository } from "@/lib/delivery/tuf/queries-metadata";
import { makeBearer } from "@/test/identity/bearer";
import { CenterDoor } from "./center-door";
import { init, publish, type ReleaseDesk, SignaturesMissing, sign } from "./obey-release";
import { parseReleaseArguments, type ReleaseArguments } from "./parse-release-arguments";
import { rotate } from "./rotate-keys";
import { SigningFolder } from "./signing-folder";

const home = mkdtempSync(path.join(tmpdir(), "release-"));
const dir = path.join(home, "own");
const said: string[] = [];
let server: Server;
let url = "";
let token = "";
/** What is dropped on its way back from Center, once. */
let losesAnswerOf = "";

type Handler = (request: Request, context: never) => Promise<Response>;
const ROUTES: readonly [string, RegExp, Handler][] = [
  ["POST", /^\/api\/ops\/tuf\/root$/, establish as Handler],
  ["POST", /^\/api\/ops\/tuf\/metadata$/, accept as Handler],
  ["POST", /^\/api\/ops\/tuf\/online-keys$/, onlineKeys as Handler],
  ["GET", /^\/api\/ops\/tuf$/, show as Handler],
  ["POST", /^\/api\/ops\/releases$/, announce as Handler],
  ["GET", /^\/api\/ops\/releases$/, releases as Handler],
  ["PUT", /^\/api\/ops\/releases\/(?<id>[^/]+)\/artifact$/, store as Handler],
  ["GET", /^\/api\/tuf\/(?<name>[^/]+)$/, metadata as Handler],
];

async function serve(request: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname } = new URL(request.url ?? "", url);
  for (const [method, pattern, handler] of ROUTES) {
    const found = pattern.exec(pathname);
    if (request.method !== method || !found) continue;
    const body = chunks.length > 0 ? new Uint8Array(Buffer.concat(chunks)) : null;
    const headers = new Headers(Object.entries(request.headers).filter((one): one is [string, string] => typeof one[1] === "string"));
    return handler(new Request(`${url}${request.url}`, { method, headers, body }), {
      params: Promise.resolve({ ...found.groups }),
    } as never);
  }
  return new Response(null, { status: 404 });
}

beforeAll(async () => {
  await ensureOnlineKeys(new Date());
  server = createServer((request, response) => {
    void serve(request).then(async (answer) => {
      if (request.url === losesAnswerOf && answer.ok) {
        losesAnswerOf = "";
        response.destroy();
        return;
      }
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  token = await makeBearer({
    email: "vendor@release.test",
    roles: ["operator", "security_admin"],
    tenants: ["*"],
    authTime: new Date(),
    amr: ["otp"],
  });
  for (const version of ["1.2.3", "1.2.5"]) writeFileSync(path.join(home, version), packVersion(version).bytes);
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

const ORDERS = { init, publish, sign, rotate };
type Order = keyof typeof ORDERS;

function run(order: Order, argv: string[], { at = dir, passphrase = "a long passphrase", bearer = token } = {}): Promise<void> {
  const values: ReleaseArguments = parseReleaseArguments(order, ["--dir", at, "--center", url, ...argv]);
  const door = () => new CenterDoor(url, bearer);
  const desk: ReleaseDesk = { folder: new SigningFolder(at, passphrase), door, now: new Date(), say: (line) => said.push(line) };
  return ORDERS[order](desk, values);
}

const smoke = () => ["--smoke-tests", packVersion("1.2.3").manifest.smoke_tests.join(",")];
const release = (version: string) => ["--plugin", "demo-pay", "--version", version, "--artifact", path.join(home, version), ...smoke()];
const versions = async () => Object.fromEntries((await showRepository(new Date())).roles.map(({ role, version }) => [role, version]));

test("from an empty folder to a release that any TUF client reads back, over the governed API", async () => {
  const plain = await makeBearer({ email: "vendor@release.test", roles: ["operator"], tenants: ["*"], authTime: new Date(), amr: ["otp"] });
  await expect(run("init", ["--plugin", "demo-pay"], { at: path.join(home, "refused"), bearer: plain })).rejects.toThrow(/security_admin/);
  await run("init", ["--plugin", "demo-pay"]);
  expect(await versions()).toEqual({ root: 1, targets: 1, "demo-pay": 1, snapshot: 1, timestamp: 1 });
  expect(readdirSync(path.join(dir, "keys")).toSorted()).toEqual(
    ["demo-pay-1", "demo-pay-2", "root-1", "root-2", "root-3", "targets-1"].map((name) => `${name}.json`),
  );
  for (const name of readdirSync(path.join(dir, "keys"))) {
    const file = path.join(dir, "keys", name);
    expect(statSync(file).mode & 0o077, name).toBe(0);
    expect(readFileSync(file, "utf8"), "sealed by the passphrase").not.toContain('"private"');
  }
  await expect(run("init", ["--plugin", "demo-pay"])).rejects.toThrow(/holds a repository already/);

  await run("publish", release("1.2.3"));
  expect(said.at(-1)).toMatch(/1\.2\.3 is published, and reads back/);
  expect(await versions()).toMatchObject({ "demo-pay": 2 });
  await run("publish", release("1.2.3"));
  expect(await versions(), "again it changes nothing").toMatchObject({ "demo-pay": 2 });
});

test("an answer that was lost is no metadata that was lost: the same order goes on", async () => {
  losesAnswerOf = "/api/ops/tuf/metadata";
  const before = await versions();
  await expect(run("publish", release("1.2.5"))).rejects.toThrow();
  expect(await versions(), "Center took it").toMatchObject({ "demo-pay": (before["demo-pay"] ?? 0) + 1 });
  await run("publish", release("1.2.5"));
  expect(await versions()).toMatchObject({ "demo-pay": (before["demo-pay"] ?? 0) + 1 });
});

test("a wrong passphrase signs nothing, and says so", async () => {
  await expect(run("sign", ["--renew"], { passphrase: "not this one" })).rejects.toThrow(/RELEASE_PASSPHRASE/);
});

test("two people with a key each: the second adds a signature to the pending file, then it is sent", async () => {
  const other = path.join(home, "second");
  cpSync(dir, other, { recursive: true });
  rmSync(path.join(other, "keys", "demo-pay-1.json"));
  const secret = readFileSync(path.join(dir, "keys", "demo-pay-2.json"), "utf8");
  const { keyid, public: shown } = JSON.parse(secret) as { keyid: string; public: string };
  writeFileSync(path.join(dir, "keys", "demo-pay-2.json"), JSON.stringify({ keyid, public: shown }));
  const before = await versions();
  await expect(run("publish", ["--plugin", "demo-pay", "--recall", "1.2.5"])).rejects.toThrow(SignaturesMissing);
  expect(await versions()).toEqual(before);
  await expect(run("sign", ["--send"]), "Center counts for itself").rejects.toThrow(/1\/2 keys/);
  await run("sign", ["--file", path.join(dir, "pending", "demo-pay.json")], { at: other });
  await run("sign", ["--send"]);
  expect(await versions()).toMatchObject({ "demo-pay": (before["demo-pay"] ?? 0) + 1 });
  writeFileSync(path.join(dir, "keys", "demo-pay-2.json"), secret);
});

test("renewal, a new root key, new targets keys, a further vendor and new keys of Center's own", async () => {
  const before = await versions();
  await run("sign", ["--renew"]);
  expect(await versions()).toMatchObject({ targets: (before.targets ?? 0) + 1, "demo-pay": (before["demo-pay"] ?? 0) + 1 });
  await run("rotate", ["--root-key", "root-2"]);
  await run("rotate", ["--targets"]);
  await run("rotate", ["--vendor", "demo-pay"]);
  await run("rotate", ["--vendor", "other-pay", "--vendor-keys", "3", "--vendor-threshold", "2"]);
  await run("rotate", ["--online"]);
  const { roles } = await showRepository(new Date());
  expect(roles.map(({ role, is_met: isMet }) => `${role} ${isMet}`).toSorted()).toEqual(
    ["demo-pay", "other-pay", "root", "snapshot", "targets", "timestamp"].map((role) => `${role} true`),
  );
  expect(roles.find(({ role }) => role === "root")?.version).toBe(4);
  mkdirSync(path.join(home, "check"));
  await run("publish", release("1.2.3"));
});

test.each<[Order, string[], RegExp]>([
  ["publish", [], /--plugin is needed/],
  ["publish", ["--plugin", "demo-pay", "--recall", "9.9.9"], /was never signed here/],
  ["publish", ["--plugin", "rival", "--version", "1.0.0", "--artifact", "/dev/null"], /needs|invalid|schema|vendor/i],
  ["sign", [], /--file is needed/],
  ["rotate", [], /--root-key is needed/],
  ["rotate", ["--root-key", "root-9"], /is no root key/],
  ["rotate", ["--vendor", "root"], /cannot be a vendor's role/],
  ["init", ["--plugin", "x", "--root-keys", "0"], /holds a repository already|from 1 to 16/],
])("release:%s %j is refused clearly", async (order, argv, message) => {
  await expect(run(order, argv)).rejects.toThrow(message);
});
