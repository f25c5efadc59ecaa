import { z } from "zod";
import { authenticateModule, moduleHeaders } from "@/lib/access/authenticate-module";
import { refuse } from "@/lib/kernel/refusal";
import { refuseShape, requireOwnBody } from "@/lib/modules/channel/adapters/accept-module-beat";
import { channelActor } from "@/lib/modules/channel/jobs/after-module-beat";
import { readOrderedPiece } from "@/lib/modules/snapshots/queries-pieces";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { read } from "@/lib/platform/scope";
import { readBytes, respond, route } from "@/lib/platform/web/http";
import { strictJson } from "@/lib/platform/web/strict-json";

type Params = { params: Promise<{ id: string }> };

const asked = z.strictObject({
  type: z.literal("module.snapshot.read"),
  timestamp: z.iso.datetime({ offset: true }),
  data: z.strictObject({ module_id: z.uuid(), snapshot_id: z.uuid(), position: z.number().int().min(0) }),
});

/** POST /api/modules/snapshots/:id/read: a module that was ordered to restore a snapshot fetches a piece of it. Without that order there is none. */
export const POST = route(async (request, { params }: Params) => {
  const body = await readBytes(request, LIMITS.snapshotChunkHeadBytes);
  const now = new Date();
  const module = await authenticateModule(moduleHeaders(request.headers), body, now);
  const json = strictJson(body);
  requireOwnBody(json, "module.snapshot.read", module.moduleId);
  const parsed = asked.safeParse(json);
  if (!parsed.success) return refuseShape(parsed.error.issues, "The wish");
  const { snapshot_id: snapshotId, position } = parsed.data.data;
  if (snapshotId !== (await params).id) refuse("unauthenticated", "The body does not belong to this endpoint and module");
  const piece = await read(channelActor(module).tenants, (tx) => readOrderedPiece(tx, module.moduleId, { snapshotId, position }, now));
  return respond(piece ?? refuse("not-found", "No such piece"));
});

describeRoute(POST, { caller: "module", body: { json: asked } });
