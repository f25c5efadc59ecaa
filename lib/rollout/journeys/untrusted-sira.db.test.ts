import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SiraRequest } from "@/lib/sira/types";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";

/** What the remote SIRA of this file says next. */
let answer: (response: ServerResponse, request: SiraRequest) => void = (response) => response.end("{}");
let asked = 0;

const remote = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    asked += 1;
    answer(response, JSON.parse(Buffer.concat(chunks).toString("utf8")));
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => remote.listen(0, "127.0.0.1", resolve));
  // Settings are read once, at the first question.
  process.env.SIRA_API_URL = `http://127.0.0.1:${(remote.address() as AddressInfo).port}`;
  stopTime();
  await setPolicy({ staging_required: false });
});
afterAll(() => {
  remote.closeAllConnections();
  remote.close();
});
// A remote that failed repeatedly is left alone for half a minute; each case is to be asked.
beforeEach(() => {
  passSeconds(60);
  asked = 0;
});

const decision = (changes: object = {}) => ({
  action: "patch",
  patch_version: "1.2.3",
  confidence: 1,
  propensity: 1,
  evidence_for: [{ fact: "I know", weight: 9 }],
  evidence_against: [],
  model_version: "remote-1",
  ...changes,
});
const says = (body: unknown) => (response: ServerResponse) => {
  response.setHeader("content-type", "application/json");
  response.end(typeof body === "string" ? body : JSON.stringify(body));
};

/** Nothing was begun, nothing was sent, and the incident is there for people. */
async function expectSuggestOnly(shop: Shop): Promise<void> {
  const { incidents, attempts, commands, plans } = await shop.records();
  expect(incidents).toMatchObject([{ status: "open", type: "webhook_fail_rate" }]);
  expect({ attempts, commands, plans }).toEqual({ attempts: [], commands: [], plans: [] });
  expect(shop.agent.received).toEqual([]);
}

describe("safety 13: a SIRA that cannot be trusted", () => {
  test.each([
    ["an unknown action", says(decision({ action: "reinstall", patch_version: undefined }))],
    ["a confidence that is no number", says(JSON.stringify(decision()).replace('"confidence":1', '"confidence":NaN'))],
    ["a confidence above one", says(decision({ confidence: 7 }))],
    ["a patch that was not offered to this plugin", says(decision({ patch_version: "9.9.9" }))],
    ["the version that runs", says(decision({ patch_version: "1.2.2" }))],
    ["a patch without its version", says(decision({ patch_version: undefined }))],
    ["smuggled fields", says(decision({ permit: "auto", level: 1 }))],
    ["ten megabytes", says("x".repeat(10 * 1024 * 1024))],
    ["a page instead of an answer", says("<html>welcome</html>")],
    ["an error", (response: ServerResponse) => response.writeHead(500).end("broken")],
    ["a redirect", (response: ServerResponse) => response.writeHead(307, { location: "http://127.0.0.1:1/" }).end()],
    ["a broken connection", (response: ServerResponse) => response.destroy()],
  ])("%s -> people are told, the incident is kept", async (_what, says) => {
    answer = says;
    const shop = await makeShop();
    await shop.live(1);
    expect(asked).toBeGreaterThan(0);
    const [stored] = (await shop.records()).decisions;
    expect(stored).toMatchObject({
      source: "fallback",
      decision: { action: "notify", confidence: 0 },
      permitInput: { proposalTrusted: false },
    });
    await expectSuggestOnly(shop);
  });

  test("another tenant's patch is refused like one that does not exist", async () => {
    const other = await makeShop({ releases: { "7.7.7": {} } });
    answer = says(decision({ patch_version: "7.7.7" }));
    const shop = await makeShop();
    await shop.live(1);
    await expectSuggestOnly(shop);
    expect(other.pluginKey).not.toBe(shop.pluginKey);
  });

  test("one that hangs costs at most five seconds", async () => {
    answer = () => undefined;
    const shop = await makeShop();
    const startedMs = performance.now();
    await shop.live(1);
    expect(performance.now() - startedMs).toBeLessThan(6_500);
    await expectSuggestOnly(shop);
  });

  test("a good answer is followed, and keeps where it came from", async () => {
    answer = says(decision({ confidence: 0.9 }));
    const shop = await makeShop();
    await shop.live(1);
    const { decisions, attempts } = await shop.records();
    expect(decisions).toMatchObject([{ source: "remote", decision: { model_version: "remote-1" } }]);
    expect(attempts).toMatchObject([{ status: "applying", toVersion: "1.2.3" }]);
  });
});

describe("safety 12: level 3 whatever SIRA thinks of it", () => {
  test("an irreversible release with confidence 1 is a suggestion, and nothing is written at the plugin", async () => {
    answer = says(decision());
    const shop = await makeShop({ releases: { "1.2.3": { schemaEffect: "irreversible" } } });
    await shop.live(2);
    const [stored] = (await shop.records()).decisions;
    expect(stored).toMatchObject({ source: "remote", decision: { confidence: 1 }, permit: { kind: "suggest", level: 3 } });
    await expectSuggestOnly(shop);
  });
});
