import { eq } from "drizzle-orm";
import { opsPolicy } from "@/db/schema/safety";
import { readCommandKeys } from "@/lib/access/sealing/signing-keys";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { makeCommandKey } from "./commands/make-command-key";
import { systemActor } from "./system-actor";
import type { TenantScope } from "./types";

/** What an agent pins when it is registered (protocol.md, Trust and commands). */
export interface TrustDocument {
  readonly keys: readonly { readonly keyid: string; readonly public_key: string }[];
  readonly approver_keys: readonly { readonly keyid: string; readonly public_key: string; readonly approver: string }[];
  /** Distinct approvers that an agent wants under a major update. */
  readonly threshold: number;
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
 * The trust document of this installation. Approvers have no keys of their own yet, and an agent that knows none refuses
 * every major update.
 */
export async function readTrust(now: Date): Promise<TrustDocument> {
  await ensureCommandKey(now);
  return read(NOBODY, async (tx) => {
    const keys = await readCommandKeys(tx);
    const [policy] = await tx.select({ threshold: opsPolicy.requiredSignatures }).from(opsPolicy).where(eq(opsPolicy.id, 1));
    return {
      keys: keys.map(({ keyid, publicKey }) => ({ keyid, public_key: publicKey })),
      approver_keys: [],
      threshold: policy?.threshold ?? 2,
    };
  });
}
