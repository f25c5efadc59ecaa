import { currentCheckpoint } from "@/lib/audit/checkpoint/current-checkpoint";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readBytes, route } from "@/lib/platform/web/http";
import { acceptBatch } from "@/lib/telemetry/adapters/accept-batch";
import { afterBeat } from "@/lib/telemetry/jobs/after-beat";

/** Nothing of this route is ever known at build time; said so, Next hands the request over as it is. */
export const dynamic = "force-dynamic";

/** POST /api/plugins/heartbeats: a relay's batch as NDJSON, answered line by line. Lines that say 200 are durably stored. */
export const POST = route(
  async (request) => {
    const type = request.headers.get("content-type")?.split(";")[0]?.trim();
    if (type !== "application/x-ndjson") refuse("unsupported-media", "A batch is application/x-ndjson");
    const body = await readBytes(request, LIMITS.batchBodyBytes);
    const [answers, checkpoint] = await Promise.all([acceptBatch(body, new Date(), afterBeat), currentCheckpoint()]);
    const seen = checkpoint === null ? {} : { checkpoint };
    const text = answers.map((answer) => `${JSON.stringify(answer.status === 200 ? { ...answer, ...seen } : answer)}\n`).join("");
    return new Response(text, { headers: { "content-type": "application/x-ndjson", "cache-control": "no-store" } });
  },
  { quiet: true, deadline: "own" },
);

// Each line is signed by its own plugin, so that the relay itself is nobody.
describeRoute(POST, { caller: "anybody", body: { bytes: "application/x-ndjson" }, answers: "application/x-ndjson" });
