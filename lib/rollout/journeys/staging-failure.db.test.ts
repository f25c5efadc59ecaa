import { beforeAll, describe, expect, test } from "vitest";
import { makeShop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";

stopTime();
beforeAll(() => setPolicy());

describe("staging failure creates a failed attempt", () => {
  test("nothing is sent, the release is never proposed to this plugin again, and with nothing left to try a person is told", async () => {
    const shop = await makeShop({ releases: { "1.2.2": { fixes: [] }, "1.2.3": { smoke: "fails" } } });
    await shop.live(1);
    const { attempts, commands, incidents, feedback, events, timeline, decisions, outbox } = await shop.records();
    expect(attempts).toMatchObject([
      { status: "failed", phase: "done", needsPerson: false, stagingReport: { passed: false, undo_token_digest: null } },
    ]);
    expect(attempts[0]?.stagingReport?.steps).toMatchObject([{ name: "verify" }, { name: "apply" }, { name: "smoke", ok: false }]);
    expect(events.map(({ toStatus }) => toStatus)).toEqual(["pending", "staging", "failed"]);
    expect(commands).toEqual([]);
    expect(shop.agent.received).toEqual([]);
    expect(shop.agent.version).toBe("1.2.2");
    expect(feedback).toMatchObject([{ outcome: "not_fixed" }]);
    expect(timeline.map(({ kind }) => kind)).toContain("attempt_failed");
    expect(incidents).toMatchObject([{ status: "escalated", type: "webhook_fail_rate", escalatedAt: expect.any(Date), decideAt: null }]);
    expect(outbox.filter(({ name }) => name === "incident.escalated")).toHaveLength(1);

    expect(decisions).toHaveLength(2);
    expect(decisions[1]?.request.context.releases).toContainEqual(expect.objectContaining({ version: "1.2.3", failed_here: true }));
    expect(decisions[1]?.decision.patch_version).toBeUndefined();
    await shop.live(4);
    expect((await shop.records()).attempts).toHaveLength(1);
  });

  test("the next release that claims to mend it is proposed instead, with less confidence: a person is asked", async () => {
    const releases = { "1.2.2": { fixes: [] }, "1.2.3": {}, "1.2.4": { smoke: "fails" } } as const;
    const shop = await makeShop({ releases });
    await shop.live(1);
    const { attempts, incidents, decisions, plans } = await shop.records();
    expect(attempts).toMatchObject([{ toVersion: "1.2.4", status: "failed" }]);
    expect(decisions.map(({ decision }) => decision.patch_version)).toEqual(["1.2.4", "1.2.3"]);
    expect(decisions[1]?.decision.confidence).toBeLessThan(decisions[0]?.decision.confidence ?? 0);
    expect(incidents).toMatchObject([{ status: "awaiting_approval" }]);
    expect(plans.at(-1)).toMatchObject({ status: "awaiting", document: { to_version: "1.2.3" } });
  });

  test("a candidate that changes its own files is not believed, whatever its tests say", async () => {
    const shop = await makeShop({ releases: { "1.2.2": { fixes: [] }, "1.2.3": { smoke: "touches its own files" } } });
    await shop.live(1);
    const { attempts, commands } = await shop.records();
    expect(attempts).toMatchObject([{ status: "failed", stagingReport: { passed: false } }]);
    expect(commands).toEqual([]);
  });

  test("a release that failed its rehearsal at one shop goes to another with that failure on its record", async () => {
    const releases = { "1.2.2": { fixes: [] }, "1.2.3": { smoke: "fails" } } as const;
    const first = await makeShop({ releases });
    await first.live(1);
    const second = await makeShop({ pluginKey: first.pluginKey, releases: {} });
    await second.live(1);
    const [decision] = (await second.records()).decisions;
    expect(decision?.request.context.releases[0]).toMatchObject({ version: "1.2.3", failed: 1, failed_here: false });
    expect(decision?.permit.kind).not.toBe("auto");
  });
});
