import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { packVersion } from "@/examples/shop/pack.mjs";
import { askStagingRunner } from "@/lib/delivery/adapters/ask-staging-runner";
import type { StagingInput } from "@/lib/delivery/adapters/staging-sandbox";
import { stagingServer } from "@/lib/delivery/adapters/staging-server";
import { STAGING_STEPS, type StagingReport } from "@/lib/delivery/staging-report";

const TOKEN = "a-token-of-some-length";
const { bytes: artifact, sha256 } = packVersion("1.2.3");
const manifest = { plugin_key: "demo-pay", version: "1.2.3" };
const INPUT: StagingInput = { artifact, sha256, manifest, baseline: { artifact: packVersion("1.2.2").bytes } };
const DIGEST = `sha256:${"a".repeat(64)}`;
const PASSED: StagingReport = {
  passed: true,
  runner: "bwrap",
  steps: STAGING_STEPS.map((name) => ({ name, ok: true, ms: 1, detail: "held" })),
  undo_token_digest: DIGEST,
  before_digest: DIGEST,
  after_rollback_digest: DIGEST,
};

const servers: Server[] = [];
const faults: unknown[] = [];
async function serve(rehearse?: (input: StagingInput) => Promise<StagingReport>): Promise<string> {
  const server = stagingServer(TOKEN, (error) => faults.push(error), rehearse).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

test("a runner elsewhere rehearses for real, and hears what would be heard here", async () => {
  const url = await serve();
  expect(await askStagingRunner(INPUT, { url, token: TOKEN })).toMatchObject({
    passed: true,
    runner: expect.stringMatching(/bwrap|unshare/),
  });
  const other = { ...INPUT, sha256: "0".repeat(64) };
  expect(await askStagingRunner(other, { url: `${url}/`, token: TOKEN })).toMatchObject({ passed: false, undo_token_digest: null });
});

test("what it is given is what it was sent", async () => {
  const heard: StagingInput[] = [];
  const url = await serve(async (input) => {
    heard.push(input);
    return PASSED;
  });
  await askStagingRunner(INPUT, { url, token: TOKEN });
  const declaring = { ...INPUT, manifest: { ...manifest, smoke_tests: ["smoke.mjs", "more.mjs"] }, baseline: null };
  await askStagingRunner(declaring, { url, token: TOKEN });
  expect(heard).toEqual([INPUT, declaring]);
});

describe("a report that does not show what it claims is none:", () => {
  test.each<[string, Partial<StagingReport>]>([
    ["no undo token", { undo_token_digest: null }],
    ["an undo token that is none", { undo_token_digest: "sha256:1" }],
    ["nothing confined it", { runner: "none" }],
    ["a step is missing", { steps: PASSED.steps.slice(1) }],
    ["a step failed", { steps: PASSED.steps.map((step, index) => ({ ...step, ok: index !== 2 })) }],
    ["the steps are in another order", { steps: PASSED.steps.toReversed() }],
    ["undo left other files", { after_rollback_digest: `sha256:${"b".repeat(64)}` }],
    ["nobody looked at the files", { before_digest: null, after_rollback_digest: null }],
    ["it failed with an undo token", { passed: false }],
    ["it failed and nothing failed", { passed: false, undo_token_digest: null }],
  ])("%s", async (_what, change) => {
    const url = await serve(async () => ({ ...PASSED, ...change }));
    await expect(askStagingRunner(INPUT, { url, token: TOKEN })).rejects.toThrow("does not show what it claims");
  });
});

test("a runner that is away, slow, shut or strange throws, so that the step is taken up again", async () => {
  const never = await serve(() => new Promise(() => undefined));
  await expect(askStagingRunner(INPUT, { url: never, token: TOKEN, timeoutMs: 300 })).rejects.toThrow();
  await expect(askStagingRunner(INPUT, { url: never, token: TOKEN })).rejects.toThrow("answered 503");
  await expect(askStagingRunner(INPUT, { url: await serve(), token: "another" })).rejects.toThrow("answered 401");
  await expect(askStagingRunner(INPUT, { url: "http://127.0.0.1:1", token: TOKEN })).rejects.toThrow();
  const long = await serve(async () => ({ ...PASSED, steps: [{ name: "verify", ok: true, ms: 1, detail: "x".repeat(100_000) }] }));
  await expect(askStagingRunner(INPUT, { url: long, token: TOKEN })).rejects.toThrow("more than");
});

test("a fault of the runner's machine is its own to log, and no report", async () => {
  const url = await serve(() => Promise.reject(new Error("disk full at /srv")));
  await expect(askStagingRunner(INPUT, { url, token: TOKEN })).rejects.toThrow(/answered 500$/);
  expect(faults.splice(0)).toEqual([new Error("disk full at /srv")]);
});

test.each([
  ["/rehearse", "{", 400],
  ["/rehearse", JSON.stringify({ artifact: "", sha256: "x" }), 400],
  ["/other", "{}", 404],
])("%s with %s is answered %i", async (path, body, status) => {
  const answer = await fetch(`${await serve()}${path}`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` }, body });
  expect(answer.status).toBe(status);
});
