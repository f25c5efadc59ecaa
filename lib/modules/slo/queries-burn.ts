import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ReaderTx } from "@/lib/platform/scope";
import { type ScopeBurn, scopeBurn } from "./budget-gate";
import { judgeObjective } from "./judge-objective";
import { objectivesOf } from "./promises/definitions";
import { readMeasured, readSums } from "./queries-sums";
import type { WindowName } from "./types";

/** Those that wake somebody, and the only ones that this reads. */
const PAGED = ["5m", "30m", "1h", "6h"] as const satisfies readonly WindowName[];

/**
 * How fast a module's error budgets were being spent at an instant, for one tenant, or, for the platform's own, for all of them together.
 * A module that is not registered, or revoked, is not heard; nor is anybody longer ago than steps of five minutes are kept.
 *
 * @param reader  bound to a scope that holds the tenant; for the platform's own to all of them
 */
export async function readBurn(
  reader: ReaderTx,
  { tenantId, moduleKey }: { readonly tenantId: string; readonly moduleKey: string },
  at: Date,
): Promise<ScopeBurn> {
  const services = (await readMeasured(reader)).filter((service) => service.moduleKey === moduleKey);
  const isAll = tenantId === PLATFORM_TENANT;
  const sums = await readSums(reader, { at, services, isByTenant: false, windows: PAGED, ...(isAll ? {} : { tenantId }) });
  const judged = services.flatMap((service) =>
    sums.flatMap(({ surface, windows }) => objectivesOf(service, surface).map((objective) => judgeObjective(objective, windows, at))),
  );
  return scopeBurn(
    judged,
    sums.some(({ windows }) => windows["1h"].minutes > 0),
  );
}
