import { authenticatePerson } from "@/lib/access/authenticate-person";
import { may, missingRole } from "@/lib/access/roles";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readJson, respond, route } from "@/lib/platform/web/http";
import { decide } from "@/lib/sira/decide";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { siraRequestSchema } from "@/lib/sira/types";

/** POST /api/sira/decide: the decision service itself; the same question and answer as for a SIRA elsewhere. */
export const POST = route(async (request) => {
  const actor = await authenticatePerson(request, systemClock.now());
  if (!may(actor, "incident:read")) refuse("forbidden", `This needs ${missingRole("incident:read")}`);
  return respond(decide(await readJson(request, siraRequestSchema), MODEL_V0));
});

describeRoute(POST, { caller: "person", permission: "incident:read", body: { json: siraRequestSchema } });
