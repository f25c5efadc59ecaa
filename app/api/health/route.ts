import { describeRoute } from "@/lib/platform/openapi/route-description";

/** GET /api/health: this process answers. It says nothing about the database: that is /api/ready. */
export function GET(): Response {
  return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}

describeRoute(GET, { caller: "anybody" });
