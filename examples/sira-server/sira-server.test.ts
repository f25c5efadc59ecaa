import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import { askRemoteSira, siraBreaker } from "@/lib/sira/adapters/remote-sira";
import { release, siraRequest } from "@/test/fixtures/sira-request";
import { siraServer } from "./server.mjs";

let server: Server;
let url: string;

beforeEach(async () => {
  server = siraServer({ token: "secret" });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
const ask = (request = siraRequest(), token = "secret") => askRemoteSira(request, { url, token, breaker: siraBreaker() });

test("the specification's example is proposed, as surely as its record allows", async () => {
  expect(await ask()).toMatchObject({
    ok: true,
    decision: { action: "patch", patch_version: "1.2.3", confidence: 8 / 9, model_version: "example-1" },
  });
  const failed = siraRequest({ context: { releases: [release("1.2.3", { failed: 2 })] } });
  expect(await ask(failed)).toMatchObject({ ok: true, decision: { confidence: 8 / 11 } });
});

test("another token is told nothing", async () => {
  expect(await ask(siraRequest(), "guess")).toEqual({ ok: false, reason: "SIRA answered 401" });
});

test("whatever Center asks, the answer is inside the contract", async () => {
  const question = fc.record({
    type: fc.constantFrom(...INCIDENT_TYPES),
    releases: fc.uniqueArray(
      fc.record({
        version: fc.constantFrom("1.2.1", "1.2.2", "1.2.3", "1.10.0", "2.0.0-rc.1", "broken"),
        fixes: fc.subarray([...INCIDENT_TYPES]),
        failed_here: fc.boolean(),
        succeeded: fc.nat(99),
        failed: fc.nat(99),
      }),
      { maxLength: 5, selector: ({ version }) => version },
    ),
  });
  await fc.assert(
    fc.asyncProperty(question, async ({ type, releases }) => {
      const offered = releases.map(({ version, ...changes }) => release(version, changes));
      expect(await ask(siraRequest({ incident: { type }, context: { releases: offered } }))).toMatchObject({ ok: true });
    }),
    { numRuns: 100 },
  );
});
