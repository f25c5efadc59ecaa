import { eq, sql } from "drizzle-orm";
import { moduleServiceState, moduleServices } from "@/db/schema/modules/modules";
import type { ReaderTx } from "@/lib/platform/scope";

/** Every module in use, and the version that runs: what its newest beat said, before the first what it declared. */
export function readWatched(reader: ReaderTx): Promise<{ moduleId: string; runningVersion: string | null }[]> {
  const runningVersion = sql<string | null>`coalesce(${moduleServiceState.runningVersion}, ${moduleServices.runningVersion})`;
  return reader
    .select({ moduleId: moduleServices.id, runningVersion })
    .from(moduleServices)
    .leftJoin(moduleServiceState, eq(moduleServiceState.moduleId, moduleServices.id))
    .where(eq(moduleServices.status, "active"));
}
