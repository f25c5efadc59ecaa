import { expect, test } from "vitest";
import { SEARCH_KINDS } from "@/lib/platform/web/search/types";
import { ACTIONS, actionsFor, hrefOf } from "./options";

test("everything that can be found leads to a page of its own kind", () => {
  const hrefs = SEARCH_KINDS.map((kind) => hrefOf({ kind, id: "a b/c" }));
  expect(hrefs).toEqual([
    "/incidents/a%20b%2Fc",
    "/module-incidents/a%20b%2Fc",
    "/fleet/a%20b%2Fc",
    "/fleet?tenant_id=a%20b%2Fc",
    "/modules/a%20b%2Fc",
    "/rollouts/a%20b%2Fc",
    "/releases",
    "/runbooks/a%20b%2Fc",
    "/audit?q=a%20b%2Fc",
  ]);
});

test.each([
  [[], []],
  [["viewer", "auditor"], []],
  [["approver"], ["stopEverything"]],
  [["tenant_admin"], ["registerPlugin", "invitePerson"]],
  [["operator", "security_admin"], ACTIONS.map(({ name }) => name)],
])("%j are offered %j", (roles, names) => {
  expect(actionsFor(roles).map(({ name }) => name)).toEqual(names);
});
