import { readMetadataFile } from "@/lib/delivery/tuf/queries-metadata";
import { refuse } from "@/lib/kernel/refusal";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { route } from "@/lib/platform/web/http";

type Params = { params: Promise<{ name: string }> };

/**
 * GET /api/tuf/:name: signed metadata, for anybody: it holds no secret, and is believed for its signatures alone. A numbered file never
 * changes; that a number is not there yet is never kept.
 */
export const GET = route(async (_request: Request, { params }: Params) => {
  const file = (await readMetadataFile((await params).name)) ?? refuse("not-found", "No such metadata");
  const cacheControl = file.isForEver ? "public, max-age=31536000, immutable" : "no-cache";
  return new Response(file.text, { headers: { "content-type": "application/json", "cache-control": cacheControl } });
});

describeRoute(GET, { caller: "anybody", answers: "application/json" });
