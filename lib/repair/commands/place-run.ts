import { and, asc, eq, inArray, ne } from "drizzle-orm";
import { moduleServices } from "@/db/schema/modules/modules";
import { modules, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { isEntitled } from "@/lib/modules/is-entitled";
import { manifestSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { Category } from "@/lib/policy/types";
import { repairJob } from "../registry";

/** What would be run, where, and for whom. */
export interface PlacedRun {
  readonly version: number;
  readonly level: 1 | 2 | 3;
  readonly site: "module" | "center";
  readonly category: Category;
  readonly isSensitive: boolean;
  readonly tenantIds: readonly string[];
}

type Wanted = { readonly job: string; readonly moduleKey: string | null; readonly tenantIds: "all" | readonly string[] };

/**
 * Whose rows a job of a module would mend, by what the module declares. The stricter of its level and the catalogue's counts.
 *
 * @throws Refusal not-found for what nobody declares, conflict for a tenant that the module does not serve
 */
export async function placeAtModule(tx: WriterTx, { job, moduleKey, tenantIds }: Wanted): Promise<PlacedRun> {
  if (moduleKey === null)
    refuse("invalid", "A job of a module needs its module_key", { errors: [{ path: "moduleKey", message: "needed" }] });
  const [service] = await tx
    .select()
    .from(moduleServices)
    .where(and(eq(moduleServices.tenantId, PLATFORM_TENANT), eq(moduleServices.moduleKey, moduleKey)));
  if (!service) refuse("not-found", `No module ${moduleKey}`);
  const manifest = manifestSchema.safeParse(service.manifest);
  if (!manifest.success) refuse("conflict", `What the module ${moduleKey} declares is not known yet`, { code: "ERR_MANIFEST_UNKNOWN" });
  const declared = manifest.data.repair_jobs.find(({ key }) => key === job) ?? refuse("not-found", `${moduleKey} knows no job ${job}`);
  const known = repairJob(job);
  const level = Math.max(declared.level, known?.level ?? 1) as 1 | 2 | 3;
  const served = await tx
    .select({ id: tenants.id, row: modules })
    .from(tenants)
    .leftJoin(modules, and(eq(modules.tenantId, tenants.id), eq(modules.moduleKey, moduleKey)))
    .where(
      and(
        ne(tenants.id, PLATFORM_TENANT),
        eq(tenants.isDisabled, false),
        tenantIds === "all" ? undefined : inArray(tenants.id, [...tenantIds]),
      ),
    )
    .orderBy(asc(tenants.id));
  const chosen = served.filter(({ row }) => isEntitled(service, row)).map(({ id }) => id);
  if (tenantIds !== "all" && chosen.length !== new Set(tenantIds).size)
    refuse("conflict", `${moduleKey} does not serve each of these tenants`);
  if (chosen.length === 0) refuse("conflict", `${moduleKey} serves nobody`);
  if (chosen.length > LIMITS.repairTenants) refuse("conflict", `A run is for at most ${LIMITS.repairTenants} tenants: name them`);
  return {
    version: declared.version,
    level,
    site: "module",
    category: known?.category ?? "DATA",
    isSensitive: known?.isSensitive ?? level > 1,
    tenantIds: chosen,
  };
}
