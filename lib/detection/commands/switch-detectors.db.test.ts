import { beforeEach, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { listDetectors } from "../queries";
import { switchDetectors } from "./switch-detectors";

const actor = personActor();
const turn = (input: object, who = actor) =>
  runCommand(switchDetectors, { input: { reason: "test", ...input }, actor: who, now: new Date() });
const shown = async (scope = actor.tenants) => (await listDetectors(scope)).items.map(({ tenant_id, on }) => [tenant_id, on]);

let tenantId: string;
beforeEach(async () => {
  tenantId = (await makeTenant()).id;
});

fiveCases({
  command: switchDetectors,
  arrange: async () => ({ input: { on: false, tenantId, reason: "too many of them during the sales" }, actor }),
  winners: 1,
  forbidden: personActor(["viewer"]),
  works: (result) => expect(result).toMatchObject({ tenant_id: tenantId, on: false, updated_by: actor.id }),
});

test("off and on again, everywhere and for one tenant, each by itself", async () => {
  await turn({ on: false });
  await turn({ on: false, tenantId });
  expect(await shown()).toEqual(
    expect.arrayContaining([
      [null, false],
      [tenantId, false],
    ]),
  );
  await turn({ on: true });
  expect(await shown()).toEqual(
    expect.arrayContaining([
      [null, true],
      [tenantId, false],
    ]),
  );
});

test("what is so already, a tenant that nobody knows, and people of some tenants are refused", async () => {
  expect((await refusalOf(turn({ on: true, tenantId }))).kind).toBe("conflict");
  expect((await refusalOf(turn({ on: false, tenantId: "00000000-0000-4000-8000-00000000dead" }))).kind).toBe("not-found");
  const some = personActor(["operator"], [tenantId]);
  expect((await refusalOf(turn({ on: false, tenantId }, some))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
});

test("people of one tenant see what holds everywhere and for theirs, nobody else's", async () => {
  const other = (await makeTenant()).id;
  await turn({ on: false, tenantId });
  await turn({ on: false, tenantId: other });
  const mine = await shown({ kind: "set", ids: [tenantId] });
  expect(mine).toContainEqual([tenantId, false]);
  expect(mine.map(([tenant]) => tenant)).not.toContain(other);
});
