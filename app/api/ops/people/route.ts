import { createPerson } from "@/lib/access/commands/create-person";
import { toldLink } from "@/lib/access/links/link-token";
import { listPeople, peopleQuery } from "@/lib/access/queries";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/people: records of people whose rights all lie within the caller's tenants. */
export const GET = opsRead({ permission: "people:write", query: peopleQuery, read: ({ scope, query }) => listPeople(scope, query) });

/**
 * POST /api/ops/people { email, name, roles, tenants, invite?, reason? }: a record. Invited, the answer carries a link by which the
 * person chooses a password, for whoever asked to hand on, or says which mailbox it is sent to; nobody chooses it for them.
 */
export const POST = opsWrite({
  command: createPerson,
  status: 201,
  answer: async ({ link, ...person }) => (link ? { ...person, link: toldLink(link, person.email) } : person),
});
