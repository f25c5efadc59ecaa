import document from "@/docs/openapi.json";
import { describeRoute } from "@/lib/platform/openapi/route-description";

/** GET /api/openapi.json: this document. */
export function GET(): Response {
  return Response.json(document, { headers: { "cache-control": "public, max-age=300" } });
}

describeRoute(GET, { caller: "anybody" });
