import { updatePerson } from "@/lib/access/commands/update-person";
import { forgetPerson } from "@/lib/access/people/person-directory";
import { readPerson } from "@/lib/access/queries";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/people/:id: one record. */
export const GET = opsRead({ permission: "people:write", read: ({ scope, params }) => readPerson(scope, params.id ?? "") });

/** PATCH /api/ops/people/:id { name?, roles?, tenants?, disabled?, reason? }: in force everywhere within seconds, here at once. */
export const PATCH = opsWrite({
  command: updatePerson,
  params: { id: "personId" },
  answer: async (person) => {
    forgetPerson(person.email);
    return person;
  },
});
