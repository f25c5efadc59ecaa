import { z } from "zod";
import { authenticateModule, moduleHeaders } from "@/lib/access/authenticate-module";
import { runCommand } from "@/lib/gateway/run-command";
import { refuse } from "@/lib/kernel/refusal";
import { refuseShape, requireOwnBody } from "@/lib/modules/channel/adapters/accept-module-beat";
import { takeResult } from "@/lib/modules/channel/commands/take-result";
import { channelActor } from "@/lib/modules/channel/jobs/after-module-beat";
import { orderResultSchema } from "@/lib/modules/channel/types";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readBytes, respond, route } from "@/lib/platform/web/http";
import { strictJson } from "@/lib/platform/web/strict-json";

type Params = { params: Promise<{ id: string }> };

const said = z.strictObject({
  type: z.literal("module.command.result"),
  timestamp: z.iso.datetime({ offset: true }),
  data: orderResultSchema,
});

/** POST /api/modules/commands/:id/result: a module says how an order ended. 200 means recorded, so it may forget it. */
export const POST = route(async (request, { params }: Params) => {
  const body = await readBytes(request, LIMITS.orderResultBytes);
  const now = new Date();
  const module = await authenticateModule(moduleHeaders(request.headers), body, now);
  const json = strictJson(body, { keys: LIMITS.orderResultKeys });
  requireOwnBody(json, "module.command.result", module.moduleId);
  const parsed = said.safeParse(json);
  if (!parsed.success) return refuseShape(parsed.error.issues, "The result");
  const word = parsed.data.data;
  if (word.command_id !== (await params).id) refuse("unauthenticated", "The body does not belong to this endpoint and module");
  return respond(await runCommand(takeResult, { input: { moduleKey: module.moduleKey, word }, actor: channelActor(module), now }));
});

describeRoute(POST, { caller: "module", body: { json: said } });
