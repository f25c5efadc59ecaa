import { expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { listRules } from "../queries";
import { RULES } from "../registry";
import { changeRule } from "./change-rule";

const actor = personActor();
const change = (input: object, who = actor) => runCommand(changeRule, { input, actor: who, now: new Date() });
const shown = async (id: string) => (await listRules(actor.tenants)).items.find((rule) => rule.id === id);

test("before anything is stored every rule runs with its defaults", async () => {
  const { items } = await listRules(actor.tenants);
  expect(items.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
  for (const rule of items) expect(rule).toMatchObject({ enabled: true, version: 0, params: rule.defaults });
});

fiveCases({
  command: changeRule,
  arrange: async () => ({
    input: { id: "webhook_fail_rate", params: { low: 0.3 }, version: (await shown("webhook_fail_rate"))?.version },
    actor,
  }),
  winners: 1,
  forbidden: personActor(["viewer"]),
  works: (result) => expect(result.params).toEqual({ ...result.defaults, low: 0.3 }),
});

test("a rule can be switched off and keeps its params", async () => {
  await change({ id: "queue_depth", enabled: false });
  expect(await shown("queue_depth")).toMatchObject({ enabled: false, version: 1, updated_by: actor.id });
});

test("params that the rule's schema refuses are named by their path", async () => {
  const refusal = await refusalOf(change({ id: "webhook_fail_rate", params: { medium: 7 } }));
  expect(refusal.kind).toBe("invalid");
  expect(refusal.details.errors?.map(({ path }) => path)).toContain("params.medium");
  expect((await refusalOf(change({ id: "webhook_fail_rate", params: { unknown: 1 } }))).kind).toBe("invalid");
});

test("an unknown rule, and rules in the hands of some tenants' people, are refused", async () => {
  expect((await refusalOf(change({ id: "constructor", enabled: false }))).kind).toBe("not-found");
  const some = personActor(["operator"], [(await makeTenant()).id]);
  expect((await refusalOf(change({ id: "drift", enabled: false }, some))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
});
