import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { installation } from "@/db/schema/spine";
import type { WriterTx } from "@/db/writer";
import { systemActor, systemActorFor } from "@/lib/access/system-actor";
import { openIdentities } from "@/lib/audit/identities/open-identities";
import type { Json } from "@/lib/kernel/canonical-json";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { newTrace, withTrace } from "@/lib/platform/trace";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { defineCommand } from "./define-command";
import { runCommand } from "./run-command";

const owner = openAs("superuser");
let tenantId: string;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});
afterAll(() => owner.end());

const now = new Date("2026-11-21T10:00:00.000Z");
const actor = personActor(["operator"]);

/** Waits where a test put something in its way, at the end of `apply`. */
let inApply: (tx: WriterTx) => Promise<void>;
/** Spoils what comes after `apply`. */
let spoil: { readonly subject?: string; readonly wake?: boolean };
beforeEach(() => {
  inApply = async () => undefined;
  spoil = {};
});

/** A tiny governed change: keeps a value under a key. */
const keepValue = defineCommand({
  name: "test.keep",
  permission: "incident:write",
  input: z.strictObject({ key: z.string().min(1), value: z.string() }),
  async apply(tx, { key, value }, context) {
    const [before] = await tx.select().from(installation).where(eq(installation.key, key)).for("update");
    const row = { key, value, updatedAt: context.now };
    await tx.insert(installation).values(row).onConflictDoUpdate({ target: installation.key, set: row });
    await inApply(tx);
    if (value === "refused") refuse("conflict", "Not this value");
    return {
      subject: spoil.subject ?? `installation:${key}`,
      tenantId,
      before: before ? { value: before.value } : null,
      after: { value, secret: "whsec_hidden" },
      reason: "because",
      events: [{ name: "value.kept", payload: { key } }],
      wakes: spoil.wake === false ? [] : [{ queue: "notify", id: wakeId, tenantId }],
      result: { key, value, at: context.now.toISOString() } as Json,
    };
  },
});
let wakeId = randomUUID();
beforeEach(() => {
  wakeId = randomUUID();
});

const keep = (key: string, value: string, more: { idempotencyKey?: string } = {}) =>
  runCommand(keepValue, { input: { key, value }, actor, now, ...more });
const keptValue = async (key: string) => (await owner<{ value: string }[]>`select value from installation where key = ${key}`)[0]?.value;
const entriesOf = async (subject: string) =>
  openIdentities([...(await owner`select * from audit_entries where subject = ${subject} and command <> 'breakglass.write' order by xid`)]);
const eventsOf = (key: string) => owner`select * from outbox where name = 'value.kept' and payload ->> 'key' = ${key}`;
const jobs = () => owner`select data, state::text from pgboss.job where name = 'notify' and singleton_key = ${wakeId}`;
const kindOf = (error: unknown) => (error instanceof Refusal ? [error.kind, error.details.code ?? null] : error);

describe("works", () => {
  test("effect, exactly one audit entry, outbox and wake-up", async () => {
    expect(await keep("works", "first")).toEqual({ key: "works", value: "first", at: now.toISOString() });
    await keep("works", "second");
    const entries = await entriesOf("installation:works");
    expect(entries).toHaveLength(2);
    expect(entries[1]).toMatchObject({
      at: now,
      tenant_id: tenantId,
      actor: "person:ops@center.test",
      on_behalf_of: "scope:operate",
      command: "test.keep",
      outcome: "done",
      before: { value: "first" },
      after: { value: "second", secret: "[withheld]" },
      reason: "because",
      seq: null,
    });
    expect(await eventsOf("works")).toMatchObject([
      { tenant_id: tenantId, payload: { key: "works" }, dispatched_at: null },
      { tenant_id: tenantId },
    ]);
    expect(await jobs()).toEqual([
      { data: { id: wakeId, tenantId, traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) }, state: "created" },
    ]);
  });

  test("the trace of the work stands in audit and outbox", async () => {
    const trace = newTrace();
    await withTrace(trace, () => keep("traced", "x"));
    expect((await entriesOf("installation:traced"))[0]?.trace_id).toBe(trace.traceId);
    expect((await eventsOf("traced"))[0]?.trace_id).toBe(trace.traceId);
  });

  test("a name is defined once", () => {
    const again = () =>
      defineCommand({
        name: "test.keep",
        permission: "incident:write",
        input: z.strictObject({}),
        apply: () => Promise.reject(new Error("never")),
      });
    expect(again).toThrow(RangeError);
  });
});

describe("one transaction", () => {
  test("a write that fails after the audit leaves no entry, event or wake-up", async () => {
    await owner`create function fail_late() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$`;
    await owner`create constraint trigger planted after insert on outbox deferrable initially deferred for each row execute function fail_late()`;
    const failed = keep("late", "x");
    await expect(failed).rejects.toThrow("planted");
    await owner`drop trigger planted on outbox`;
    expect([await keptValue("late"), ...(await entriesOf("installation:late")), ...(await eventsOf("late")), ...(await jobs())]).toEqual([
      undefined,
    ]);
  });

  test("case 16: an audit that cannot be written undoes the action", async () => {
    await owner`alter table audit_entries add constraint planted check (subject <> 'unwritable')`;
    spoil = { subject: "unwritable" };
    await expect(keep("unaudited", "x")).rejects.toThrow();
    await owner`alter table audit_entries drop constraint planted`;
    expect([await keptValue("unaudited"), ...(await eventsOf("unaudited")), ...(await jobs())]).toEqual([undefined]);
    spoil = {};
    await keep("unaudited", "y");
    expect(await keptValue("unaudited")).toBe("y");
  });

  test("a wake-up that nobody has taken yet takes in the next one", async () => {
    await keep("wakes", "x");
    await keep("wakes", "y");
    expect(await jobs()).toHaveLength(1);
  });
});

describe("refusals", () => {
  const refusals = async (subject = "command:test.keep") =>
    openIdentities([
      ...(await owner`select actor, outcome, reason, trace_id from audit_entries where subject = ${subject} and outcome = 'refused'`),
    ]);

  test.each([
    ["forbidden", personActor(["viewer"]), { key: "no", value: "x" }, "ERR_FORBIDDEN: test.keep needs operator"],
    ["invalid", actor, { key: "no", value: "x", tenant_id: randomUUID() }, "ERR_INVALID: test.keep: the input does not match its schema"],
    ["conflict", actor, { key: "no", value: "refused" }, "ERR_CONFLICT: Not this value"],
  ] as const)("%s changes nothing and is audited", async (kind, who, input, reason) => {
    const before = (await refusals()).length;
    const trace = newTrace();
    const refused = withTrace(trace, () => runCommand(keepValue, { input, actor: who, now }));
    await expect(refused).rejects.toMatchObject({ name: "Refusal", kind });
    const after = await refusals();
    expect(after).toHaveLength(before + 1);
    expect(after).toContainEqual({ actor: who.id, outcome: "refused", reason, trace_id: trace.traceId });
    expect([await keptValue("no"), ...(await entriesOf("installation:no"))]).toEqual([undefined]);
  });

  test("a schema failure names its paths", async () => {
    const refused = runCommand(keepValue, { input: { key: "" }, actor, now });
    await expect(refused).rejects.toMatchObject({ details: { errors: [{ path: "key" }, { path: "value" }] } });
  });

  test("a refusal that cannot be audited is a fault, not a quiet no", async () => {
    await owner`alter table audit_entries add constraint planted check (outcome <> 'refused') not valid`;
    const refused = runCommand(keepValue, { input: { key: "no", value: "refused" }, actor, now });
    await expect(refused).rejects.not.toBeInstanceOf(Refusal);
    await owner`alter table audit_entries drop constraint planted`;
  });

  test("within one tenant the refusal belongs to it, and its rows of others are out of reach", async () => {
    const confined = defineCommand({
      name: "test.confined",
      permission: "system",
      input: z.strictObject({}),
      async apply(tx) {
        const [row] = await tx.execute<{ seen: number }>(sql`select count(*)::int as seen from tenants`);
        return refuse("conflict", `sees ${row?.seen}`);
      },
    });
    await makeTenant();
    await expect(runCommand(confined, { input: {}, actor: systemActorFor("test", tenantId), now })).rejects.toThrow("sees 1");
    const [entry] = await owner`select tenant_id, reason from audit_entries where subject = 'command:test.confined'`;
    expect(entry).toEqual({ tenant_id: tenantId, reason: "ERR_CONFLICT: sees 1" });
  });
});

describe("idempotency", () => {
  test("same key, same body: the same answer, one effect", async () => {
    const first = await keep("once", "x", { idempotencyKey: "k1" });
    await owner`update installation set value = 'changed since' where key = 'once'`;
    expect(
      await runCommand(keepValue, {
        input: { value: "x", key: "once" },
        actor,
        now: new Date(now.getTime() + 60_000),
        idempotencyKey: "k1",
      }),
    ).toEqual(first);
    expect(await keptValue("once")).toBe("changed since");
    expect(await entriesOf("installation:once")).toHaveLength(1);
  });

  test("same key, other body: 422, no effect", async () => {
    await keep("reused", "x", { idempotencyKey: "k2" });
    const again = await keep("reused", "y", { idempotencyKey: "k2" }).catch(kindOf);
    expect(again).toEqual(["invalid", "ERR_IDEMPOTENCY_REUSED"]);
    expect(await keptValue("reused")).toBe("x");
  });

  test("somebody else's key is another key", async () => {
    await keep("mine", "x", { idempotencyKey: "k3" });
    const other = personActor(["operator"], undefined, "other@center.test");
    await runCommand(keepValue, { input: { key: "mine", value: "y" }, actor: other, now, idempotencyKey: "k3" });
    expect(await keptValue("mine")).toBe("y");
  });

  test("an attempt that failed does not use the key up", async () => {
    await keep("retry", "refused", { idempotencyKey: "k4" }).catch(kindOf);
    await keep("retry", "x", { idempotencyKey: "k4" });
    expect(await keptValue("retry")).toBe("x");
  });

  test("two racers on one key have one effect and one answer", async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => keep("race", "x", { idempotencyKey: "k5" })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await entriesOf("installation:race")).toHaveLength(1);
  });
});

test("a part of Center acts where no person does", async () => {
  const byNobody = defineCommand({
    name: "test.system",
    permission: "system",
    input: z.strictObject({}),
    apply: async () => ({ subject: "test:system", tenantId: null, before: null, after: null, result: null }),
  });
  await expect(runCommand(byNobody, { input: {}, actor: personActor(["pay_admin", "security_admin"]), now })).rejects.toMatchObject({
    kind: "forbidden",
  });
  expect(await runCommand(byNobody, { input: {}, actor: systemActor("test", "scan"), now })).toBeNull();
  expect(await entriesOf("test:system")).toMatchObject([{ actor: "system:test", on_behalf_of: "scope:scan", tenant_id: null }]);
});
