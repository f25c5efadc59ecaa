import { requireKnownIngest } from "@/lib/access/authenticate-module";
import { refuse } from "@/lib/kernel/refusal";
import { acceptOtlp } from "@/lib/modules/signals/adapters/accept-otlp";
import { OTLP_KINDS } from "@/lib/modules/signals/otlp/otlp-messages";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readBytes, route } from "@/lib/platform/web/http";

/** Nothing of this route is ever known at build time; said so, Next hands the request over as it is. */
export const dynamic = "force-dynamic";

/** POST /api/otlp/v1/{logs,metrics,traces}: OTLP/HTTP of an OpenTelemetry SDK, JSON or protobuf, gzip allowed. 200 means durably stored. */
export const POST = route(
  async (request, { params }: { params: Promise<{ signal: string }> }) => {
    const { signal } = await params;
    const kind = OTLP_KINDS.find((known) => known === signal) ?? refuse("not-found", "No such signal");
    await requireKnownIngest(request.headers, new Date());
    const body = await readBytes(request, LIMITS.signalBodyBytes, { contentEncoding: "accept" });
    return acceptOtlp(kind, request.headers, body, new Date());
  },
  { quiet: true, deadline: "own" },
);

describeRoute(POST, { caller: "ingest", body: { bytes: "application/x-protobuf" }, answers: "application/x-protobuf" });
