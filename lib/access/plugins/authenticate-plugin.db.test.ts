import { randomUUID } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import * as scope from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { beatBody, signed } from "@/test/database/signed-beat";
import { type MadePlugin, makePlugin, makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { authenticatePlugin } from "../authenticate-plugin";
import { revokePlugin } from "../commands/revoke-plugin";
import { rotateSecret } from "../commands/rotate-secret";
import { revealPluginSecret } from "./plugin-secrets";

const actor = personActor();
const makeAny = async () => makePlugin((await makeTenant()).id);
const send = (plugin: MadePlugin, at = new Date()) => {
  const { headers, body } = signed(plugin, beatBody(plugin), { at });
  return authenticatePlugin(headers, body, new Date());
};
const GARBAGE = `v1,${Buffer.alloc(32).toString("base64")}`;
const nobody = (given: Partial<Record<"webhookId" | "webhookTimestamp" | "webhookSignature", string>> = {}) =>
  authenticatePlugin(
    {
      pluginId: randomUUID(),
      webhookId: `msg_${randomUUID()}`,
      webhookTimestamp: String(Math.floor(Date.now() / 1_000)),
      webhookSignature: GARBAGE,
      ...given,
    },
    Buffer.from("{}"),
    new Date(),
  );
/** How often the database is asked while some work is done. */
async function readsDuring(work: () => Promise<unknown>): Promise<number> {
  const reads = vi.spyOn(scope, "read");
  await work();
  const count = reads.mock.calls.length;
  reads.mockRestore();
  return count;
}

describe("before it is looked up who sent it", () => {
  const longAgo = String(Math.floor(Date.now() / 1_000) - LIMITS.signatureWindowSeconds - 5);
  test.each([
    ["no signature of ours", { webhookSignature: "v2,abc" }],
    ["a signature of the wrong length", { webhookSignature: "v1,YWJj" }],
    ["kilobytes of signatures", { webhookSignature: `${GARBAGE} `.repeat(100) }],
    ["an id with a full stop", { webhookId: "msg.1" }],
    ["no timestamp", { webhookTimestamp: "soon" }],
    ["a timestamp of long ago", { webhookTimestamp: longAgo }],
  ])("%s is refused without a question to the database", async (_what, headers) => {
    const count = await readsDuring(async () => expect((await refusalOf(nobody(headers))).kind).toBe("unauthenticated"));
    expect(count).toBe(0);
  });

  test("a flood of made-up ids shares a few questions, and known plugins go on", async () => {
    const plugin = await makeAny();
    await send(plugin);
    const count = await readsDuring(async () => {
      const flood = Array.from({ length: 2_000 }, () => nobody().catch((error: unknown) => error));
      await send(plugin);
      await Promise.all(flood);
    });
    // One per batch, and now and then one for what changed.
    expect(count).toBeLessThan(2_000 / LIMITS.pluginsLookedUpAtOnce + 10);
    expect(await readsDuring(() => send(plugin))).toBeLessThanOrEqual(1);
  });

  test("beyond what may wait it is refused at once, to be sent again", async () => {
    const flood = Array.from({ length: LIMITS.pluginLookUpsWaiting + 500 }, () => refusalOf(nobody()));
    const kinds = (await Promise.all(flood)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "unavailable").length).toBeGreaterThan(0);
    expect(new Set(kinds)).toEqual(new Set(["unauthenticated", "unavailable"]));
    await expect(send(await makeAny())).resolves.toMatchObject({ pluginKey: "demo-pay" });
  });
});

describe("what is kept of a known plugin", () => {
  test("a second beat asks nothing anew", async () => {
    const plugin = await makeAny();
    await send(plugin);
    expect(await readsDuring(() => send(plugin))).toBe(0);
  });

  test("ends within 5 s of its revocation", async () => {
    const plugin = await makeAny();
    await send(plugin);
    await runCommand(revokePlugin, { input: { pluginId: plugin.id, reason: "stolen" }, actor, now: new Date() });
    const revokedMs = performance.now();
    await vi.waitFor(async () => expect((await refusalOf(send(plugin))).kind).toBe("unauthenticated"), { timeout: 5_000, interval: 300 });
    expect(performance.now() - revokedMs).toBeLessThan(5_000);
  });

  test("follows a rotation as fast: the new secret counts, and after the next rotation the first no longer does", async () => {
    const plugin = await makeAny();
    await send(plugin);
    const versions: number[] = [];
    for (const _round of [1, 2])
      versions.push((await runCommand(rotateSecret, { input: { pluginId: plugin.id }, actor, now: new Date() })).secret_version);
    const renewed = { ...plugin, secret: await revealPluginSecret(actor.tenants, plugin.id, versions[1] ?? 0) };
    await vi.waitFor(() => send(renewed), { timeout: 5_000, interval: 300 });
    expect((await refusalOf(send(plugin))).kind).toBe("unauthenticated");
  });

  test("counts for nothing while the database cannot say what changed", async () => {
    const plugin = await makeAny();
    await send(plugin);
    const later = performance.now() + LIMITS.powerCacheMs + 1_000;
    const clock = vi.spyOn(performance, "now").mockReturnValue(later);
    const away = vi.spyOn(scope, "read").mockRejectedValue(new Error("the database is away"));
    await expect(send(plugin)).rejects.toThrow("the database is away");
    away.mockRestore();
    await expect(send(plugin)).resolves.toMatchObject({ pluginId: plugin.id });
    clock.mockRestore();
  });
});
