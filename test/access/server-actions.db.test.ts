import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
import { ROLES, type Role } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { environment } from "@/lib/platform/env";
import { personActor, steppedUp } from "@/test/actors";
import { sessionCookie } from "@/test/identity/session";
import { type Belongings, settle } from "./belongings";
import { findServerActions, type ServerAction } from "./endpoints";
import { OPERATORS } from "./row";

/** What Next would hand to an action: the headers of the request that called it. */
let given = new Headers();
vi.mock("next/headers", () => ({ headers: async () => given, cookies: async () => ({ getAll: () => [] }) }));

interface ActionRow {
  readonly may: readonly Role[];
  readonly arguments: (whose: Belongings) => unknown[];
}

/** An action without a row here fails the first test. */
const TABLE: Readonly<Record<string, ActionRow>> = {
  "app/(center)/incidents/[id]/actions.ts acknowledge": { may: OPERATORS, arguments: ({ incident }) => [incident, randomUUID()] },
  "app/(center)/incidents/[id]/actions.ts comment": { may: OPERATORS, arguments: ({ incident }) => [incident, "seen", randomUUID()] },
};
const actions = await findServerActions();
const admin = steppedUp(personActor(["security_admin"], undefined, "actions-admin@center.test"));

async function member(roles: readonly Role[], tenants: readonly string[], isDisabled = false) {
  const input = { email: `${randomUUID()}@actions.test`, name: "Actions", roles, tenants };
  const person = await runCommand(createPerson, { input, actor: admin, now: new Date() });
  const cookie = await sessionCookie(person);
  if (isDisabled) await runCommand(updatePerson, { input: { personId: person.id, disabled: true }, actor: admin, now: new Date() });
  return cookie;
}

/** Calls an action as a page of ours does, unless other headers are given; what it answers says whether it was done. */
async function act({ run, name }: ServerAction, whose: Belongings, headers: Record<string, string>): Promise<string> {
  given = new Headers({ origin: new URL(environment().publicUrl).origin, ...headers });
  const answer = (await run(...TABLE[name]!.arguments(whose))) as { ok: boolean; detail?: string };
  return answer.ok ? "done" : (answer.detail ?? "");
}

let own: Belongings;
let other: Belongings;
beforeAll(async () => {
  [own, other] = [await settle("Own"), await settle("Other")];
});

test("every server action has a row, and every row an action", () => {
  expect(Object.keys(TABLE).toSorted()).toEqual(actions.map(({ name }) => name).toSorted());
});

describe.each(actions)("$name", (action) => {
  test.each(ROLES)("by a %s", async (role) => {
    const mayDo = TABLE[action.name]!.may.includes(role);
    const whose = await settle("Fresh");
    const answer = await act(action, whose, { cookie: await member([role], ["*"]) });
    if (mayDo) expect(answer).toBe("done");
    else expect(answer).toMatch(/needs (operator|approver)/);
  });

  test("by nobody, by a disabled person, and from somebody else's page: refused", async () => {
    expect(await act(action, own, {})).toMatch(/sign in/i);
    expect(await act(action, own, { cookie: await member(ROLES, ["*"], true) })).toMatch(/Sign in|disabled/);
    const cookie = await member(ROLES, ["*"]);
    expect(await act(action, own, { cookie, origin: "https://evil.test" })).toMatch(/another site/);
    expect(await act(action, own, { cookie, origin: "", "x-forwarded-host": "127.0.0.1:3000" })).toMatch(/another site/);
  });

  test("in another tenant: there is no such thing", async () => {
    expect(await act(action, own, { cookie: await member(ROLES, [other.tenant]) })).toBe(
      "There is no such object within the caller's tenants.",
    );
  });
});
