import { authenticateModule, moduleHeaders } from "@/lib/access/authenticate-module";
import { runCommand } from "@/lib/gateway/run-command";
import { requireOwnBody } from "@/lib/modules/channel/adapters/accept-module-beat";
import { channelActor } from "@/lib/modules/channel/jobs/after-module-beat";
import { readChunkHead, splitChunkBody } from "@/lib/modules/snapshots/adapters/read-chunk-body";
import { storeChunk } from "@/lib/modules/snapshots/commands/store-chunk";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readBytes, respond, route } from "@/lib/platform/web/http";

type Params = { params: Promise<{ id: string; digest: string }> };

/**
 * POST /api/modules/snapshots/:id/chunks/:digest: a module brings a piece of a snapshot that it was ordered to take. One line says which, the
 * piece follows; 200 means it is kept, and the same again is answered alike.
 */
export const POST = route(async (request, { params }: Params) => {
  const body = await readBytes(request, LIMITS.snapshotChunkBytes + LIMITS.snapshotChunkHeadBytes);
  const now = new Date();
  const module = await authenticateModule(moduleHeaders(request.headers), body, now);
  const { head, content } = splitChunkBody(body);
  requireOwnBody(head, "module.snapshot.chunk", module.moduleId);
  const input = { moduleKey: module.moduleKey, ...readChunkHead(head, content, await params) };
  return respond(await runCommand(storeChunk, { input, actor: channelActor(module), now }));
});

describeRoute(POST, { caller: "module", body: { bytes: "application/x-ndjson" } });
