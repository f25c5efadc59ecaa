/** A worker as a process of its own, which a test can lose by `kill -9`: it does what it is told, at the instant it is told. */
import { log } from "@/lib/platform/log";
import { work } from "@/lib/rollout/jobs/sweep";

/** One piece of work and the instant at which it is done. */
export interface Errand {
  readonly due: Parameters<typeof work>[0];
  readonly nowMs: number;
}

const OWNER = "worker:one";

process.on("message", async ({ due, nowMs }: Errand) => {
  await work(due, OWNER, { now: () => new Date(nowMs) }, true);
  process.send?.({ done: true });
});
process.on("disconnect", () => process.exit(0));
log.info("INFO_STARTED", "A worker waits for its errands");
process.send?.({ ready: true });
