import { requireCron } from "@/lib/access/credentials/authenticate-cron";
import { scan } from "@/lib/incidents/jobs/scan";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { respond, route } from "@/lib/platform/web/http";
import { auditContracts } from "@/lib/scanner/jobs/scan-contracts";
import { learn } from "@/lib/sira/jobs/learn";
import { retainAll } from "@/lib/survival/jobs/retain-all";

type Params = { params: Promise<{ job: string }> };

/** Background rounds that may also be asked for from outside. */
const JOBS: Readonly<Record<string, () => Promise<{ ran: boolean; findings: number; duration_ms: number }>>> = {
  scan: () => scan("cron", systemClock),
  retention: () => retainAll("cron", systemClock),
  audit: () => auditContracts("cron", systemClock),
  learn: () => learn("cron", systemClock),
};

/** POST /api/cron/:job with the cron secret: runs one round now, unless one is running. */
export const POST = route(async (request, { params }: Params) => {
  requireCron(request);
  const { job } = await params;
  const run = Object.hasOwn(JOBS, job) ? JOBS[job] : undefined;
  return respond(await (run ?? refuse("not-found", `No such job`))());
});

describeRoute(POST, { caller: "cron" });
