import { moduleHeaders, requireKnownModule } from "@/lib/access/authenticate-module";
import { refuse } from "@/lib/kernel/refusal";
import { acceptSignals } from "@/lib/modules/signals/adapters/accept-signals";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readBytes, respond, route } from "@/lib/platform/web/http";

/** Nothing of this route is ever known at build time; said so, Next hands the request over as it is. */
export const dynamic = "force-dynamic";

/** POST /api/modules/signals: a module's log records and measurements, one a line. 200 means durably stored. */
export const POST = route(
  async (request) => {
    const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/x-ndjson") refuse("unsupported-media", "The body must be application/x-ndjson");
    const headers = moduleHeaders(request.headers);
    await requireKnownModule(headers, new Date());
    const body = await readBytes(request, LIMITS.signalBodyBytes);
    return respond(await acceptSignals(headers, body, new Date()));
  },
  { quiet: true, deadline: "own" },
);

describeRoute(POST, { caller: "module", body: { bytes: "application/x-ndjson" } });
