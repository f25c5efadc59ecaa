import { and, eq, inArray, sql } from "drizzle-orm";
import { artifacts, pluginAgentCommands } from "@/db/schema/delivery";
import type { ReaderTx } from "@/lib/platform/scope";

/** The bytes of an artifact that one of this plugin's live commands orders it to fetch; null for any other. */
export async function readOrderedArtifact(tx: ReaderTx, tenantId: string, pluginId: string, sha256: string): Promise<Buffer | null> {
  const [row] = await tx
    .select({ bytes: artifacts.bytes })
    .from(pluginAgentCommands)
    .innerJoin(artifacts, eq(artifacts.sha256, sha256))
    .where(
      and(
        eq(pluginAgentCommands.tenantId, tenantId),
        eq(pluginAgentCommands.pluginId, pluginId),
        inArray(pluginAgentCommands.status, ["offered", "applied"]),
        sql`${pluginAgentCommands.payload} -> 'artifact' ->> 'sha256' = ${sha256}`,
      ),
    )
    .limit(1);
  return row?.bytes ?? null;
}
