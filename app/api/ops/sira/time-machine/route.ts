import { authenticatePerson } from "@/lib/access/authenticate-person";
import { may, missingRole } from "@/lib/access/roles";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readJson, respond, route } from "@/lib/platform/web/http";
import { timeMachineQuestion, travel } from "@/lib/sira/replay/queries-time-machine";

/** POST /api/ops/sira/time-machine: which stored decisions would have come out otherwise. It changes nothing; a POST because it asks with a body. */
export const POST = route(async (request: Request) => {
  const now = systemClock.now();
  const actor = await authenticatePerson(request, now);
  if (!may(actor, "incident:read")) refuse("forbidden", `This needs ${missingRole("incident:read")}`);
  return respond(await travel(actor.tenants, await readJson(request, timeMachineQuestion), now));
});

describeRoute(POST, { caller: "person", permission: "incident:read", body: { json: timeMachineQuestion } });
