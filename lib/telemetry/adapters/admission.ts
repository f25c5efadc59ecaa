import { RateLimits } from "@/lib/access/rates/rate-limits";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { pressureGauge } from "@/lib/platform/overload/pressure-gauge";
import { refuseWhenPressed } from "@/lib/platform/overload/refuse-when-pressed";
import { FAIRNESS_FROM } from "@/lib/platform/overload/shed";
import { TenantShares } from "../tenant-shares";

const EVERYBODY = "everybody";
const perTenant = new RateLimits({ burst: LIMITS.tenantBeatsPerSecond, perMinute: LIMITS.tenantBeatsPerSecond * 60 });
const overall = new RateLimits({ burst: LIMITS.beatsPerSecond, perMinute: LIMITS.beatsPerSecond * 60 }, 1);
const shares = new TenantShares(LIMITS.fairShareMinimum, LIMITS.fairShareTimes);

/**
 * Lets a verified beat in, or turns it away before it costs more: by its tenant's rate, by the rate of all, and when this process is
 * hard pressed, first those tenants that send far more than the others, then everybody.
 *
 * @throws Refusal too-many for what the tenant itself does, unavailable for what all do together; both say when to come again
 */
export function admitBeat(tenantId: string, nowMs: number, pressure: number = pressureGauge.pressure()): void {
  shares.note(tenantId, nowMs);
  refuseWhenPressed("beat", pressure);
  if (pressure >= FAIRNESS_FROM && shares.isGreedy(tenantId, nowMs))
    refuse("too-many", "Center is pressed, and this tenant sends far more than others", { retryAfterSeconds: LIMITS.retryAfterSeconds });
  const wait = perTenant.take(tenantId, nowMs);
  if (wait > 0) refuse("too-many", "This tenant sends more than it may", { retryAfterSeconds: wait });
  if (overall.take(EVERYBODY, nowMs) > 0) refuse("unavailable", "More beats arrive than Center takes", { retryAfterSeconds: 1 });
}
