import { z } from "zod";
import { authenticatePerson } from "@/lib/access/authenticate-person";
import { may, missingRole } from "@/lib/access/roles";
import { csvLine } from "@/lib/audit/export/csv";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { refuseWhenPressed } from "@/lib/platform/overload/refuse-when-pressed";
import { readQuery, route } from "@/lib/platform/web/http";
import { readStream } from "@/lib/telemetry/watched/queries-stream";
import { streamQuery, streamSpan } from "@/lib/telemetry/watched/stream-query";

const COLUMNS = ["at", "value", "expected_low", "expected_high", "novelty_score", "raised"];

interface Params {
  readonly params: Promise<{ readonly id: string }>;
}

/** GET /api/ops/plugins/:id/stream/export?metric=&range=&to=: the beats of a stream as CSV, cells safe to open in a spreadsheet. */
export const GET = route(async (request: Request, { params }: Params) => {
  refuseWhenPressed("export");
  const now = systemClock.now();
  const actor = await authenticatePerson(request, now);
  if (!may(actor, "incident:read")) refuse("forbidden", `This needs ${missingRole("incident:read")}`);
  const span = streamSpan(readQuery(request, streamQuery), now);
  const id = z.uuid().safeParse((await params).id);
  const stream = id.success ? await readStream(actor.tenants, id.data.toLowerCase(), span) : null;
  if (!stream) return refuse("not-found", "No such object");
  const rows = stream.points.map(({ at, value, low, high, score, raised }) => [at, value, low, high, score, raised ? 1 : 0]);
  const name = `${span.metric}-${span.to.toISOString().slice(0, 16).replaceAll(":", "")}.csv`;
  const headers = {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  };
  return new Response([COLUMNS, ...rows].map(csvLine).join(""), { headers });
});

describeRoute(GET, { caller: "person", permission: "incident:read", query: streamQuery, answers: "text/csv" });
