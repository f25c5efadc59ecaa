import { and, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import { repairRuns } from "@/db/schema/modules/repairs";
import type { WriterTx } from "@/db/writer";
import { requireSwitchesOpen } from "@/lib/gateway/switch-gate";
import type { CommandContext } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { CATEGORIES } from "@/lib/policy/types";
import { beginPhase, type RunRow, tellRun, updateRun } from "./lock-run";
import { standsBehind, switchSubject } from "./stands-behind";

/** What may be applied now, and is what was agreed to. @throws Refusal conflict: level 3, another state, too old, another digest */
export function requireApplicable(run: RunRow, digest: string, now: Date): void {
  if (run.level === 3) refuse("conflict", "A repair of level 3 is made by people", { code: "ERR_REPAIR_PLAN_ONLY" });
  if (run.status === "expired") refuse("conflict", "This dry-run is too old: try it anew", { code: "ERR_REPAIR_EXPIRED" });
  if (run.status !== "ready") refuse("conflict", `A run that is ${run.status} cannot be applied`);
  if (run.expiresAt === null || run.expiresAt <= now)
    refuse("conflict", "This dry-run is too old: try it anew", { code: "ERR_REPAIR_EXPIRED" });
  if (run.digest !== digest) refuse("conflict", "That is not the digest of what would be done", { code: "ERR_REPAIR_DIGEST_MOVED" });
}

/** Runs of one tenant and of several lie in different tenants: a lock of the job itself has them look one after the other. */
async function requireNoneUnderWay(tx: WriterTx, run: RunRow): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`repair ${run.job} ${run.moduleKey ?? ""}`}, 0))`);
  const [other] = await tx
    .select({ id: repairRuns.id })
    .from(repairRuns)
    .where(
      and(
        eq(repairRuns.job, run.job),
        run.moduleKey === null ? isNull(repairRuns.moduleKey) : eq(repairRuns.moduleKey, run.moduleKey),
        inArray(repairRuns.status, ["applying", "rolling_back"]),
        ne(repairRuns.id, run.id),
      ),
    )
    .limit(1);
  if (other) refuse("conflict", `The run ${other.id} of this job is under way`, { code: "ERR_REPAIR_UNDER_WAY" });
}

/** From here on the worker does it: saves first where the level asks for it, then applies. Switches are read under lock. */
export async function startApplying(tx: WriterTx, run: RunRow, reason: string, context: CommandContext): Promise<RunRow> {
  const { actor, now } = context;
  const category = CATEGORIES.find((known) => known === run.category) ?? null;
  const { by, isAutomatic } = await standsBehind(tx, actor, run.ref);
  const subject = await switchSubject(tx, run.tenantId, run.moduleKey);
  await requireSwitchesOpen(tx, { ...subject, isAutomatic, category });
  await requireNoneUnderWay(tx, run);
  // Center's own journal holds what every row was; a module's data is saved outside it first.
  const phase = run.level > 1 && run.site === "module" ? "snapshot" : "apply";
  await beginPhase(tx, run, phase, now);
  const phaseUntil = new Date(now.getTime() + LIMITS.repairPhaseSeconds * 1_000);
  const after = await updateRun(tx, run, { status: "applying", phase, phaseUntil, appliedBy: by, applyReason: reason }, now);
  await tellRun(tx, after, { kind: "applying", summary: reason, data: { digest: run.digest } }, context);
  return after;
}
