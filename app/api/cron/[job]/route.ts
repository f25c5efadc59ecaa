import { requireCron } from "@/lib/access/authenticate-cron";
import { forgetSpent } from "@/lib/gateway/forget-spent";
import { underLease } from "@/lib/gateway/lease";
import { scan } from "@/lib/incidents/jobs/scan";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { forgetMessages } from "@/lib/notify/jobs/forget-messages";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { respond, route } from "@/lib/platform/web/http";
import { learn } from "@/lib/sira/jobs/learn";
import { retain } from "@/lib/telemetry/jobs/retain";

type Params = { params: Promise<{ job: string }> };

/** Fixed, so that every process means the same retention. */
const RETENTION = { kind: "job", tenantId: PLATFORM_TENANT, id: "00000000-0000-4000-8000-00000000005d" } as const;

async function retainAll(): Promise<true> {
  const now = systemClock.now();
  await retain(now);
  await forgetMessages(now);
  await forgetSpent(now);
  return true;
}

/** Drops what is too old, one round at a time, whoever asks. */
async function retention() {
  const startedMs = performance.now();
  const done = await underLease(RETENTION, "cron", retainAll, { restSeconds: LIMITS.scanRestSeconds });
  return { ran: done !== null, findings: 0, duration_ms: Math.round(performance.now() - startedMs) };
}

/** Background rounds that may also be asked for from outside. */
const JOBS: Readonly<Record<string, () => Promise<{ ran: boolean; findings: number; duration_ms: number }>>> = {
  scan: () => scan("cron", systemClock),
  retention,
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
