import { requireCron } from "@/lib/access/credentials/authenticate-cron";
import { countedText } from "@/lib/platform/observed/metrics/count";
import { gaugesText, workersCounts } from "@/lib/platform/observed/metrics/gauges";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { route } from "@/lib/platform/web/http";

export const dynamic = "force-dynamic";

/**
 * GET /api/metrics with the cron secret, for Prometheus: this process' counters (`process="web"`), those that workers told of themselves lately
 * (`process="worker:..."`) and, by the database, the gauges of all processes.
 */
export const GET = route(
  async (request) => {
    requireCron(request);
    const [counted, gauges] = await Promise.all([workersCounts().then((others) => countedText("web", others)), gaugesText()]);
    return new Response(counted + gauges, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
  },
  { quiet: true },
);

describeRoute(GET, { caller: "cron", answers: "text/plain" });
