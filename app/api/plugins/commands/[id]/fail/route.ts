import { answerEnvelope, takeAnswer } from "@/lib/delivery/adapters/take-answer";
import { failCommand, failureSchema } from "@/lib/delivery/commands/fail-command";
import { runCommand } from "@/lib/gateway/run-command";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { respond, route } from "@/lib/platform/web/http";
import { keepRefusals, senderOf } from "@/lib/telemetry/adapters/refusals/keep-refusals";

type Params = { params: Promise<{ id: string }> };

/** POST /api/plugins/commands/:id/fail: an agent reports that a command did not take effect, or was undone. */
export const POST = route((request, { params }: Params) =>
  keepRefusals(senderOf(request.headers, "fail"), async () => {
    const { plugin, actor, word, now } = await takeAnswer(request, "plugin.command.fail", (await params).id, failureSchema);
    return respond(await runCommand(failCommand, { input: { tenantId: plugin.tenantId, word }, actor, now }));
  }),
);

describeRoute(POST, { caller: "plugin", body: { json: answerEnvelope("plugin.command.fail", failureSchema) } });
