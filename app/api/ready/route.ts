import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readReadiness } from "@/lib/platform/web/readiness";

/** GET /api/ready: whether traffic may be sent here, and what is missing if not. */
export async function GET(): Promise<Response> {
  const readiness = await readReadiness();
  return Response.json(readiness, { status: readiness.ready ? 200 : 503, headers: { "cache-control": "no-store" } });
}

describeRoute(GET, { caller: "anybody", statuses: [200, 503] });
