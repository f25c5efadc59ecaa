import { eq } from "drizzle-orm";
import type { pluginReleases } from "@/db/schema/delivery";
import { pluginState } from "@/db/schema/telemetry";
import { tufMetadata } from "@/db/schema/tuf";
import type { WriterTx } from "@/db/writer";
import { takesOnlySigned } from "@/lib/delivery/takes-only-signed";
import { refuse } from "@/lib/kernel/refusal";

type Release = Pick<typeof pluginReleases.$inferSelect, "version" | "signatures">;

function refuseUnsigned(version: string, why: string): never {
  return refuse("conflict", `${version} is not signed by its vendor: ${why}`, { code: "ERR_RELEASE_UNSIGNED" });
}

/**
 * Where a signed repository is in force, a release goes to everybody only when its vendor signed it.
 * @throws Refusal conflict ERR_RELEASE_UNSIGNED
 */
export async function requireSigned(tx: WriterTx, { version, signatures }: Release): Promise<void> {
  if (signatures !== null) return;
  const [root] = await tx.select({ version: tufMetadata.version }).from(tufMetadata).where(eq(tufMetadata.role, "root")).limit(1);
  if (root) refuseUnsigned(version, "a signed repository is in force, and nothing unsigned is rolled out");
}

/**
 * An agent that has pinned a root of trust would only refuse what its vendor did not sign.
 * @throws Refusal conflict ERR_RELEASE_UNSIGNED
 */
export async function requireAcceptable(tx: WriterTx, pluginId: string, { version, signatures }: Release): Promise<void> {
  if (signatures !== null) return;
  const [state] = await tx.select({ capabilities: pluginState.capabilities }).from(pluginState).where(eq(pluginState.pluginId, pluginId));
  if (takesOnlySigned(state?.capabilities ?? null)) refuseUnsigned(version, "the agent has pinned a root of trust and takes nothing else");
}
