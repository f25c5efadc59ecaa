import { authenticatePerson } from "@/lib/access/authenticate-person";
import { may, missingRole } from "@/lib/access/roles";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { scopeKey } from "@/lib/platform/live/change-feed";
import { openStream } from "@/lib/platform/live/open-stream";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { route } from "@/lib/platform/web/http";

async function readerOf(request: Request) {
  const actor = await authenticatePerson(request, systemClock.now());
  if (!may(actor, "incident:read")) refuse("forbidden", `This needs ${missingRole("incident:read")}`);
  return actor;
}

/** GET /api/events: tells a page which of its reads became doubtful, until its session or its power ends. */
export const GET = route(
  async (request: Request) => {
    const { id: actorId, tenants } = await readerOf(request);
    const key = scopeKey(tenants);
    const mayContinue = async () => scopeKey((await readerOf(request)).tenants) === key;
    return openStream({ actorId, scope: tenants, mayContinue, signal: request.signal });
  },
  { quiet: true },
);

describeRoute(GET, { caller: "person", permission: "incident:read", answers: "text/event-stream" });
