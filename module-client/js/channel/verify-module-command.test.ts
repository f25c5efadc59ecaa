import { expect, test } from "vitest";
import { MODULE_ID, makeKey, order, TENANT } from "../testing/module-order";
import type { VerifyContext } from "../types.d.mts";
import { verifyModuleCommand } from "./verify-module-command.mjs";

const key = makeKey();
const stranger = makeKey();
const OTHER = "0198f000-0000-7000-8000-00000000000c";
const now = Date.now();
const at = (ms: number) => new Date(now + ms).toISOString();

const context = (changes: Partial<VerifyContext> = {}): VerifyContext => ({
  moduleId: MODULE_ID,
  moduleKey: "tiny",
  keys: [key.pinned],
  now,
  highestFence: 0,
  knowsTenant: (tenantId) => tenantId === TENANT,
  seenDigest: () => null,
  ...changes,
});

test("a sound order is accepted, with its tenant and parameters", () => {
  const verdict = verifyModuleCommand(order(key, { tenant_id: TENANT, params: { part: "a" }, fence: 7 }), context({ highestFence: 6 }));
  expect(verdict).toMatchObject({
    outcome: "accepted",
    command: { type: "purge_cache", tenantId: TENANT, params: { part: "a" }, fence: 7 },
  });
});

test.each([
  ["another module's id", { module_id: OTHER }, "wrong_module"],
  ["another module's key", { module_key: "other" }, "wrong_module"],
  ["a tenant that this platform does not serve", { tenant_id: OTHER }, "wrong_tenant"],
  ["a tenant that is no id", { tenant_id: "*" }, "wrong_tenant"],
  ["expired", { expires_at: at(-1) }, "expired"],
  ["not yet valid", { not_before: at(301_000) }, "not_yet_valid"],
  ["without times", { expires_at: undefined }, "bad_times"],
  ["an unknown type", { type: "format_disk" }, "unknown_type"],
  ["parameters that are a list", { params: [] }, "bad_params"],
  ["a fence that a newer order has passed", { fence: 5 }, "stale_fence"],
  ["no fence", { fence: null }, "bad_fence"],
  ["a fence of one half", { fence: 5.5 }, "bad_fence"],
])("%s is refused", (_what, changes, reason) => {
  const verdict = verifyModuleCommand(order(key, { fence: 9, ...changes }), context({ highestFence: 5 }));
  expect(verdict).toMatchObject({ outcome: "refused", reason });
});

test.each([
  ["a key that is not pinned", () => order(stranger), "unknown_key"],
  ["another kind of document", () => order(key, {}, "application/vnd.reliability.command+json"), "bad_envelope"],
  ["one changed byte", () => ({ ...order(key), payload: order(key, { type: "restart" }).payload }), "bad_signature"],
  ["no order at all", () => "hello", "bad_envelope"],
  ["an order without an id", () => order(key, { id: undefined }), "bad_payload"],
])("%s proves nothing, so nobody is answered", (_what, make, reason) => {
  expect(verifyModuleCommand(make(), context())).toEqual({ outcome: "ignored", reason });
});

test("an id seen before is a repetition when it is the same order, however late, and a forgery when it is another", () => {
  const envelope = order(key, { expires_at: at(-1) });
  const first = verifyModuleCommand(envelope, context({ now: now - 10 }));
  if (!("digest" in first)) throw new Error("not accepted");
  expect(verifyModuleCommand(envelope, context({ seenDigest: () => first.digest }))).toMatchObject({ outcome: "repeat" });
  expect(verifyModuleCommand(envelope, context({ seenDigest: () => "another" }))).toMatchObject({
    outcome: "refused",
    reason: "id_reused",
  });
});
