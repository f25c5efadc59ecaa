import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { makeShop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

/** A shop's site, which Center may look at for itself. */
const HANGS = 0;
let siteStatus = 200;
let visits = 0;
const site = createServer((_request, response) => {
  visits += 1;
  if (siteStatus === HANGS) return;
  response.writeHead(siteStatus).end();
});
let probeUrl: string;

process.env.OUTBOUND_ALLOW = "127.0.0.1/32";
stopTime();
beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  probeUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  await setPolicy({ staging_required: false });
});
afterAll(() => {
  site.closeAllConnections();
  site.close();
});

const quiet = () => makeShop({ probeUrl, behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { webhooks: 0 } } });

test("without traffic a site that answers extends the window once, and the commit is labelled as having proven little", async () => {
  siteStatus = 200;
  const shop = await quiet();
  await shop.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
  const startedMs = Date.now();
  const { attempts, feedback, incidents } = await shop.until("over", (records) => records.attempts[0]?.phase === "done");
  expect(attempts).toMatchObject([{ status: "success", isExtended: true, healthReport: { decision: "commit", inconclusive: true } }]);
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(LIMITS.healthExtensionSeconds * 1_000);
  expect(feedback).toMatchObject([{ outcome: "inconclusive" }]);
  // Nobody saw a webhook since: the change stays, and the incident waits for traffic to prove it.
  expect(incidents).toMatchObject([{ status: "open", resolvedAt: null }]);
  await shop.live(4);
  expect(await shop.incident()).toMatchObject({ status: "open" });
  shop.agent.behaviours = {};
  await shop.live(LIMITS.clearBeats);
  expect(await shop.incident()).toMatchObject({ status: "resolved", resolvedBy: null });
});

test("without traffic a site that fails is rolled back at the window's end", async () => {
  siteStatus = 502;
  const shop = await quiet();
  const { attempts } = await shop.until("over", (records) => records.attempts[0]?.phase === "done");
  expect(attempts).toMatchObject([{ status: "rolled_back", isExtended: false }]);
  expect(shop.agent.version).toBe("1.2.2");
});

test("an order wakes a quiet shop by a visit, at once and then once a minute until it is fetched; nobody waits for the site", async () => {
  siteStatus = HANGS;
  visits = 0;
  const shop = await quiet();
  await shop.beatAndDecide();
  await runWorker();
  expect((await shop.attempt()).phase).toBe("dispatch");
  await expect.poll(() => visits).toBe(1);
  await runWorker();
  passSeconds(LIMITS.wakeEverySeconds);
  await runWorker();
  await expect.poll(() => visits).toBe(2);
  // Fetched and applied: whatever is looked at from here on is the probation's own look.
  siteStatus = 200;
  await shop.agent.beat();
  expect(shop.agent.obeyed).toHaveLength(1);
});
