import { pluginHeaders } from "@/lib/access/authenticate-plugin";
import { currentCheckpoint } from "@/lib/audit/checkpoint/current-checkpoint";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readBytes, respond, route } from "@/lib/platform/web/http";
import { acceptBeat } from "@/lib/telemetry/adapters/accept-beat";
import { keepRefusals, noteRepeat, senderOf } from "@/lib/telemetry/adapters/refusals/keep-refusals";
import { afterBeat } from "@/lib/telemetry/jobs/after-beat";
import { beatSchema } from "@/lib/telemetry/types";

/** Nothing of this route is ever known at build time; said so, Next hands the request over as it is. */
export const dynamic = "force-dynamic";

/** POST /api/plugins/heartbeat: one signed beat. 200 means durably stored. */
export const POST = route(
  async (request) => {
    const sender = senderOf(request.headers, "heartbeat");
    const { answer, now } = await keepRefusals(sender, async () => {
      const body = await readBytes(request, LIMITS.agentBodyBytes);
      const at = new Date();
      return { answer: await acceptBeat(pluginHeaders(request.headers), body, at, afterBeat), now: at };
    });
    if (answer.isDuplicate) noteRepeat(sender);
    return respond({
      server_time: now.toISOString(),
      next_heartbeat_in_s: answer.nextHeartbeatInSeconds,
      duplicate: answer.isDuplicate,
      commands: answer.commands,
      ...(answer.trust?.length ? { trust: answer.trust } : {}),
      checkpoint: await currentCheckpoint(),
    });
  },
  { quiet: true, deadline: "own" },
);

describeRoute(POST, { caller: "plugin", body: { json: beatSchema } });
