import { answerEnvelope, takeAnswer } from "@/lib/delivery/adapters/take-answer";
import { acknowledgeCommand, acknowledgementSchema } from "@/lib/delivery/commands/acknowledge-command";
import { runCommand } from "@/lib/gateway/run-command";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { respond, route } from "@/lib/platform/web/http";
import { keepRefusals, senderOf } from "@/lib/telemetry/adapters/refusals/keep-refusals";

type Params = { params: Promise<{ id: string }> };

/** POST /api/plugins/commands/:id/ack: an agent reports that a command took effect. 200 means recorded, so it may forget it. */
export const POST = route((request, { params }: Params) =>
  keepRefusals(senderOf(request.headers, "ack"), async () => {
    const { plugin, actor, word, now } = await takeAnswer(request, "plugin.command.ack", (await params).id, acknowledgementSchema);
    return respond(await runCommand(acknowledgeCommand, { input: { tenantId: plugin.tenantId, word }, actor, now }));
  }),
);

describeRoute(POST, { caller: "plugin", body: { json: answerEnvelope("plugin.command.ack", acknowledgementSchema) } });
