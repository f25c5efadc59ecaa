import { createPerson } from "@/lib/access/commands/create-person";
import { setPassword } from "@/lib/access/commands/set-password";
import { passwordField } from "@/lib/access/people/person-fields";
import { listPeople, peopleQuery } from "@/lib/access/queries";
import { runCommand } from "@/lib/gateway/run-command";
import { refuse } from "@/lib/kernel/refusal";
import { inputFrom, opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/people: records of people whose rights all lie within the caller's tenants. */
export const GET = opsRead({ permission: "people:write", query: peopleQuery, read: ({ scope, query }) => listPeople(scope, query) });

/** POST /api/ops/people { email, name, roles, tenants, password? }: a record, and what they sign in with where it is given. */
export const POST = opsWrite({
  command: createPerson,
  status: 201,
  // Judged before the person exists; it is set apart, because the input of a repeatable command leaves a digest behind.
  besides: { password: passwordField.optional() },
  input: ({ password, ...body }) => {
    if (password !== undefined && !passwordField.safeParse(password).success) {
      refuse("invalid", "The password cannot be used", { errors: [{ path: "password", message: "is too short or too long" }] });
    }
    return inputFrom(body, {});
  },
  answer: async (person, { actor, body, now }) => {
    if (body.password !== undefined) await runCommand(setPassword, { input: { personId: person.id, password: body.password }, actor, now });
    return person;
  },
});
