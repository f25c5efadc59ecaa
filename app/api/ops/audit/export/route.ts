import { z } from "zod";
import { authenticatePerson } from "@/lib/access/authenticate-person";
import { recordExport } from "@/lib/audit/commands/record-export";
import { EXPORT_FORMATS, exportEntries } from "@/lib/audit/export/export-entries";
import { auditFilters } from "@/lib/audit/queries";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { refuseWhenPressed } from "@/lib/platform/overload/refuse-when-pressed";
import { readQuery, route } from "@/lib/platform/web/http";

const query = z.strictObject({ ...auditFilters, format: z.enum(EXPORT_FORMATS).default("ndjson") });
const TYPES = { ndjson: "application/x-ndjson", csv: "text/csv; charset=utf-8" } as const;

/** Text as bytes, made only as fast as it is taken. */
function streamOf(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

/** GET /api/ops/audit/export?format=ndjson|csv and the list's filters: sealed entries with their proofs. Taking them out is audited. */
export const GET = route(async (request: Request) => {
  refuseWhenPressed("export");
  const now = systemClock.now();
  const actor = await authenticatePerson(request, now);
  const { format, ...filters } = readQuery(request, query);
  const { format: _format, ...filter } = Object.fromEntries(new URL(request.url).searchParams);
  await runCommand(recordExport, { input: { format, filter }, actor, now });
  const name = `audit-${now.toISOString().slice(0, 10)}.${format}`;
  const headers = { "content-type": TYPES[format], "content-disposition": `attachment; filename="${name}"`, "cache-control": "no-store" };
  return new Response(streamOf(exportEntries(actor.tenants, filters, format)), { headers });
});

describeRoute(GET, { caller: "person", permission: recordExport.permission, query, answers: "application/x-ndjson" });
