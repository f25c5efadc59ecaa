import { requireCron } from "@/lib/access/authenticate-cron";
import { scan } from "@/lib/incidents/jobs/scan";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { respond, route } from "@/lib/platform/web/http";
import { retain } from "@/lib/telemetry/jobs/retain";

type Params = { params: Promise<{ job: string }> };

/** Background rounds that may also be asked for from outside. */
const JOBS: Readonly<Record<string, () => Promise<{ ran: boolean; findings: number; duration_ms: number }>>> = {
  scan: () => scan("cron", systemClock),
  retention: async () => {
    const startedMs = performance.now();
    await retain(systemClock.now());
    return { ran: true, findings: 0, duration_ms: Math.round(performance.now() - startedMs) };
  },
};

/** POST /api/cron/:job with the cron secret: runs one round now, unless one is running. */
export const POST = route(async (request, { params }: Params) => {
  requireCron(request);
  const { job } = await params;
  const run = Object.hasOwn(JOBS, job) ? JOBS[job] : undefined;
  return respond(await (run ?? refuse("not-found", `No such job`))());
});
