import { z } from "zod";
import { authenticatePerson } from "@/lib/access/authenticate-person";
import { may, missingRole } from "@/lib/access/roles";
import { csvLine } from "@/lib/audit/export/csv";
import { readPostmortem } from "@/lib/incidents/postmortems/queries-postmortems";
import { writeMarkdown } from "@/lib/incidents/postmortems/write-markdown";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { refuseWhenPressed } from "@/lib/platform/overload/refuse-when-pressed";
import { readQuery, route } from "@/lib/platform/web/http";

const exportQuery = z.strictObject({
  format: z.enum(["markdown", "csv"]).default("markdown"),
  language: z.enum(["en", "fr"]).default("en"),
});
const COLUMNS = ["postmortem", "action", "owner", "due_on", "done"];

interface Params {
  readonly params: Promise<{ readonly id: string }>;
}

/** GET /api/ops/postmortems/:id/export?format=markdown|csv&language=: its text, or its actions with cells safe to open in a spreadsheet. */
export const GET = route(async (request: Request, { params }: Params) => {
  refuseWhenPressed("export");
  const actor = await authenticatePerson(request, systemClock.now());
  if (!may(actor, "incident:read")) refuse("forbidden", `This needs ${missingRole("incident:read")}`);
  const { format, language } = readQuery(request, exportQuery);
  const id = z.uuid().safeParse((await params).id);
  const postmortem = id.success ? await readPostmortem(actor.tenants, id.data.toLowerCase()) : null;
  if (!postmortem) return refuse("not-found", "No such object");
  const rows = postmortem.actions.map(({ what, owner, due_on, is_done }) => [
    postmortem.title,
    what,
    owner,
    due_on,
    is_done ? "yes" : "no",
  ]);
  const body = format === "csv" ? [COLUMNS, ...rows].map(csvLine).join("") : writeMarkdown(postmortem, language);
  const name = `postmortem-${postmortem.id}.${format === "csv" ? "csv" : "md"}`;
  const headers = {
    "content-type": `text/${format === "csv" ? "csv" : "markdown"}; charset=utf-8`,
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  };
  return new Response(body, { headers });
});

describeRoute(GET, { caller: "person", permission: "incident:read", query: exportQuery, answers: "text/markdown" });
