import { desc, eq } from "drizzle-orm";
import { opsPolicy } from "@/db/schema/safety";
import { tufMetadata } from "@/db/schema/tuf";
import { readCommandKeys } from "@/lib/access/sealing/signing-keys";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { makeCommandKey } from "./commands/make-command-key";
import { trustIn, trustInForce } from "./people/keys/approver-keys";
import { systemActor } from "./system-actor";
import type { TenantScope } from "./types";

/** What an agent pins when it is registered (protocol.md, Trust and commands). */
export interface TrustDocument {
  readonly keys: readonly { readonly keyid: string; readonly public_key: string }[];
  readonly approver_keys: readonly { readonly keyid: string; readonly public_key: string; readonly approver: string }[];
  /** Which trust document the approvers' keys are of; 0 while there is none. */
  readonly version: number;
  /** Distinct approvers that an agent wants under a major update. */
  readonly threshold: number;
  /** The newest root of the signed releases: an agent that pins it installs nothing that no vendor signed. Left out while there is none. */
  readonly tuf_root?: unknown;
}

/** Signing keys belong to no tenant, so that no tenant has to be in sight to read their public halves. */
const NOBODY: TenantScope = { kind: "set", ids: [] };

/** Makes Center's command key when there is none; every process may call this when it starts. */
export async function ensureCommandKey(now: Date): Promise<void> {
  const known = await read(NOBODY, readCommandKeys);
  if (known.length > 0) return;
  await runCommand(makeCommandKey, { input: {}, actor: systemActor("access", "operate"), now });
}

/**
 * What an agent of this installation pins: Center's command keys, and the approvers' keys of the trust document in force. While there is none
 * it lists nobody, and an agent that knows nobody refuses every major update. Whoever pins it compares the keys first: Center could say anything.
 */
export async function readTrust(now: Date): Promise<TrustDocument> {
  await ensureCommandKey(now);
  return read(NOBODY, async (tx) => {
    const keys = await readCommandKeys(tx);
    const [policy] = await tx.select({ threshold: opsPolicy.requiredSignatures }).from(opsPolicy).where(eq(opsPolicy.id, 1));
    const inForce = await trustInForce(tx);
    const trust = inForce ? trustIn(inForce) : { version: 0, approver_keys: [], threshold: policy?.threshold ?? 2 };
    const [root] = await tx
      .select({ body: tufMetadata.body })
      .from(tufMetadata)
      .where(eq(tufMetadata.role, "root"))
      .orderBy(desc(tufMetadata.version))
      .limit(1);
    return {
      keys: keys.map(({ keyid, publicKey }) => ({ keyid, public_key: publicKey })),
      ...trust,
      ...(root ? { tuf_root: JSON.parse(root.body) as unknown } : {}),
    };
  });
}
