import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { advanceModule, type Step } from "./module-streams";
import { addSteps } from "./step-sums";
import type { ModuleStreams, RaisedMeasure, StepSums } from "./types";
import { whoseOwn } from "./whose-own";

/** One module's memory, by tenant; the platform's own is that of all tenants together. */
export type ModuleMemory = ReadonlyMap<string, ModuleStreams>;

/** @param memory  each tenant's streams, this step taken in */
function ownOf(raised: readonly RaisedMeasure[], sums: ReadonlyMap<string, StepSums>, memory: ModuleMemory): RaisedMeasure[] {
  const tenants = [...sums].flatMap(([tenantId, own]) =>
    tenantId === PLATFORM_TENANT ? [] : { tenantId, sums: own, raised: memory.get(tenantId)?.raised ?? [] },
  );
  return raised.map((one) => ({ ...one, ownOf: whoseOwn(one, tenants, sums.get(PLATFORM_TENANT) ?? null) }));
}

/**
 * Takes one step of one module into its streams: each tenant's, and that of all together.
 *
 * @param sums   what each tenant did; the platform's own where a signal was about nobody in particular. Who did nothing is not among them
 * @param fresh  memory for whom there is none yet
 * @returns the rows that changed
 */
export function advanceAll(
  memory: ModuleMemory,
  sums: ReadonlyMap<string, StepSums>,
  step: Omit<Step, "sums">,
  fresh: (tenantId: string) => ModuleStreams,
): ModuleMemory {
  const after = new Map<string, ModuleStreams>();
  const isTaken = ({ takenAt }: ModuleStreams) => takenAt !== null && takenAt > step.at;
  for (const [tenantId, own] of sums) {
    const before = memory.get(tenantId) ?? fresh(tenantId);
    if (tenantId !== PLATFORM_TENANT && !isTaken(before)) after.set(tenantId, advanceModule(before, { ...step, sums: own }));
  }
  const before = memory.get(PLATFORM_TENANT) ?? fresh(PLATFORM_TENANT);
  if (isTaken(before)) return after;
  const all = advanceModule(before, { ...step, sums: sums.size === 0 ? null : addSteps([...sums.values()]), isOfAll: true });
  after.set(PLATFORM_TENANT, { ...all, raised: sums.size === 0 ? all.raised : ownOf(all.raised, sums, new Map([...memory, ...after])) });
  return after;
}
