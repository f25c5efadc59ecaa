import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ReaderTx } from "@/lib/platform/scope";
import { type ScopeBurn, scopeBurn } from "./budget-gate";
import { judgeObjective } from "./judge-objective";
import { objectivesOf } from "./promises/definitions";
import { readMeasured, readSums } from "./queries-sums";

/**
 * How fast a module's error budgets are being spent for one tenant, or, for the platform's own, for all of them together.
 * A module that is not registered, or revoked, is not heard.
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
  const sums = await readSums(reader, { at, services, isByTenant: false, ...(isAll ? {} : { tenantId }) });
  const judged = services.flatMap((service) =>
    sums.flatMap(({ surface, windows }) => objectivesOf(service, surface).map((objective) => judgeObjective(objective, windows, at))),
  );
  return scopeBurn(
    judged,
    sums.some(({ windows }) => windows["1h"].minutes > 0),
  );
}
