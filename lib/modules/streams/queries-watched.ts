import { eq } from "drizzle-orm";
import { moduleServices } from "@/db/schema/modules/modules";
import type { ReaderTx } from "@/lib/platform/scope";

/** Every module in use, and the version that runs. */
export function readWatched(reader: ReaderTx): Promise<{ moduleId: string; runningVersion: string | null }[]> {
  return reader
    .select({ moduleId: moduleServices.id, runningVersion: moduleServices.runningVersion })
    .from(moduleServices)
    .where(eq(moduleServices.status, "active"));
}
