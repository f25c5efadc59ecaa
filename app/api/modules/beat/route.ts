import { moduleHeaders } from "@/lib/access/authenticate-module";
import { acceptModuleBeat } from "@/lib/modules/channel/adapters/accept-module-beat";
import { afterModuleBeat } from "@/lib/modules/channel/jobs/after-module-beat";
import { moduleBeatSchema } from "@/lib/modules/channel/types";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readBytes, respond, route } from "@/lib/platform/web/http";

/** Nothing of this route is ever known at build time; said so, Next hands the request over as it is. */
export const dynamic = "force-dynamic";

/** POST /api/modules/beat: a module says how it is, and hears what it is entitled to and ordered. 200 means durably stored. */
export const POST = route(
  async (request) => {
    const body = await readBytes(request, LIMITS.agentBodyBytes);
    const now = new Date();
    const { module, beat, isDuplicate } = await acceptModuleBeat(moduleHeaders(request.headers), body, now);
    if (isDuplicate)
      return respond({ server_time: now.toISOString(), next_beat_in_s: LIMITS.moduleBeatSeconds, duplicate: true, commands: [] });
    const after = await afterModuleBeat(module, beat, now);
    return respond({
      server_time: now.toISOString(),
      next_beat_in_s: after.nextBeatInSeconds,
      duplicate: false,
      commands: after.commands,
      ...(after.entitlements ? { entitlements: after.entitlements } : {}),
      manifest_wanted: after.isManifestWanted,
      trust: { keyids: after.keyids },
    });
  },
  { quiet: true, deadline: "own" },
);

describeRoute(POST, { caller: "module", body: { json: moduleBeatSchema } });
