import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor } from "@/test/actors";
import { makeIncident, makePlan, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { readIncident } from "../queries";
import { acknowledgeIncident } from "./acknowledge-incident";
import { assignIncident } from "./assign-incident";
import { commentIncident } from "./comment-incident";
import { escalateIncident } from "./escalate-incident";
import { resolveIncident } from "./resolve-incident";

const actor = personActor();
const forbidden = personActor(["viewer"]);
const makeAny = async () => makeIncident(await makePlugin((await makeTenant()).id));
const lastLine = async (incidentId: string) => (await readIncident(actor.tenants, incidentId))?.timeline.at(-1);

const arrange = (more: object) => async () => ({ input: { incidentId: (await makeAny()).id, ...more }, actor });

fiveCases({
  command: acknowledgeIncident,
  arrange: arrange({}),
  winners: 2,
  forbidden,
  works: async ({ id }) => {
    expect(await readIncident(actor.tenants, id)).toMatchObject({ status: "open", acknowledged_by: actor.id });
    expect(await lastLine(id)).toMatchObject({ kind: "acknowledged", actor: actor.id });
  },
});
fiveCases({
  command: assignIncident,
  arrange: arrange({ assignee: actor.email }),
  winners: 2,
  forbidden,
  works: async ({ id }) => expect(await readIncident(actor.tenants, id)).toMatchObject({ assigned_to: actor.email }),
});
fiveCases({
  command: commentIncident,
  arrange: arrange({ text: "the receiver was moved" }),
  winners: 2,
  forbidden,
  works: async ({ id }) => expect(await lastLine(id)).toMatchObject({ kind: "comment", summary: "the receiver was moved" }),
});
fiveCases({
  command: escalateIncident,
  arrange: arrange({ reason: "needs the vendor" }),
  winners: 2,
  forbidden,
  works: (result) => expect(result.status).toBe("escalated"),
});
fiveCases({
  command: resolveIncident,
  arrange: arrange({ reason: "receiver is back" }),
  winners: 1,
  forbidden,
  works: async ({ id }) => expect(await readIncident(actor.tenants, id)).toMatchObject({ status: "resolved", resolved_by: actor.id }),
});

describe("what the life cycle does not allow", () => {
  test.each(["resolved", "closed"] as const)("a %s incident cannot be escalated", async (status) => {
    const incident = await makeIncident(await makePlugin((await makeTenant()).id), { status });
    const escalate = runCommand(escalateIncident, { input: { incidentId: incident.id, reason: "late" }, actor, now: new Date() });
    expect((await refusalOf(escalate)).kind).toBe("conflict");
  });

  test("resolving voids a plan that waits for approval", async () => {
    const incident = await makeIncident(await makePlugin((await makeTenant()).id), { status: "awaiting_approval" });
    const plan = await makePlan(incident);
    await runCommand(resolveIncident, { input: { incidentId: incident.id, reason: "gone" }, actor, now: new Date() });
    const after = await readIncident(actor.tenants, incident.id);
    expect(after?.plans).toMatchObject([{ digest: plan.digest, status: "void" }]);
  });

  test("another tenant's incident is as unknown as a random id", async () => {
    const incident = await makeAny();
    const stranger = personActor(["pay_admin"], [(await makeTenant()).id]);
    for (const incidentId of [incident.id, randomUUID()]) {
      const refusal = await refusalOf(runCommand(acknowledgeIncident, { input: { incidentId }, actor: stranger, now: new Date() }));
      expect(refusal.kind).toBe("not-found");
    }
    expect(await readIncident(actor.tenants, incident.id)).toMatchObject({ acknowledged_by: null });
  });

  test("nobody is assigned who is not known for the tenant", async () => {
    const assign = runCommand(assignIncident, {
      input: { incidentId: (await makeAny()).id, assignee: "nobody@shop.test" },
      actor,
      now: new Date(),
    });
    expect((await refusalOf(assign)).kind).toBe("invalid");
  });
});
