import { beforeAll, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { orderAction } from "@/lib/rollout/commands/order-action";
import { refusalOf } from "@/test/five-cases";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { asOwner } from "@/test/loop/worker";

const PINNED = ["update", "rollback", "config_update", "restart", "isolate", "ping", "tuf"];

stopTime();
beforeAll(() => setPolicy({ staging_required: false }));

/** As when its vendor's metadata is taken in (tuf.accept). */
async function sign({ pluginKey }: Shop): Promise<void> {
  const signatures = { role: pluginKey, version: 1, threshold: 1, keyids: ["a".repeat(64)] };
  await asOwner()`update plugin_releases set signatures = ${asOwner().json(signatures)} where plugin_key = ${pluginKey}`;
}

test("an agent with a pinned root is offered nothing that its vendor did not sign, and healed once it did", async () => {
  const shop = await makeShop({ capabilities: PINNED });
  await shop.live(4);
  expect((await shop.records()).attempts.filter(({ method }) => method === "update")).toEqual([]);
  expect(shop.agent.obeyed.filter(({ type }) => type === "update")).toEqual([]);
  await sign(shop);
  await asOwner()`update plugin_incidents set status = 'open', decide_at = now() where plugin_id = ${shop.agent.id} and status <> 'resolved'`;
  await shop.until("healed", ({ attempts }) => attempts.some(({ method, status }) => method === "update" && status === "success"));
});

test("a person who orders an unsigned version for it is told at once why it is not sent", async () => {
  const shop = await makeShop({ capabilities: PINNED });
  await shop.live(1);
  const { id } = await shop.incident();
  const input = { incidentId: id, action: "patch", version: "1.2.3", reason: "a person wants it so" };
  const refusal = await refusalOf(runCommand(orderAction, { input, actor: OPS, now: new Date() }));
  expect(refusal).toMatchObject({ kind: "conflict", details: { code: "ERR_RELEASE_UNSIGNED" } });
  await shop.live(2);
  expect((await shop.records()).attempts).toEqual([]);
  expect(shop.agent.received).toEqual([]);
});

test("where a merchant's agent wants people's signatures for all, a plan says so and waits for them, by SIRA's wish and by a person's", async () => {
  const shop = await makeShop({ capabilities: [...PINNED.slice(0, -1), "quorum:all"] });
  await shop.live(4);
  const { id, status, permit } = await shop.incident();
  expect(status).toBe("awaiting_approval");
  expect(permit?.gates).toContainEqual(expect.objectContaining({ gate: "agent_quorum", passed: false }));
  const input = { incidentId: id, action: "patch", version: "1.2.3", reason: "a person wants it so" };
  const ordered = await runCommand(orderAction, { input, actor: OPS, now: new Date() });
  expect(ordered).toMatchObject({ attempt_id: null, approvals: { required: 2, given: 0 } });
  const wanted =
    await asOwner()`select document ->> 'quorum_for' as wants, document ->> 'impact' as impact from plans where incident_id = ${id}`;
  expect(wanted.map((row) => ({ ...row }))).toEqual([1, 2].map(() => ({ wants: "all", impact: "normal" })));
  expect(shop.agent.received).toEqual([]);
});

test("an agent without a pinned root takes unsigned releases as ever", async () => {
  const shop = await makeShop();
  await shop.until("healed", ({ attempts }) => attempts[0]?.status === "success");
});
