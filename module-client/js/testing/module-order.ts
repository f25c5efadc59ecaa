import { randomBytes, randomUUID } from "node:crypto";
import { signEnvelope } from "@/lib/delivery/dsse";
import { makeSigningKey, openSigningKey } from "@/lib/delivery/signing-key";
import type { Envelope } from "@/lib/delivery/types";

/** A key pair as Center makes it, ready to sign, and as an agent pins it. */
export function makeKey() {
  const stored = makeSigningKey(randomBytes(32));
  return { signing: openSigningKey(stored), pinned: { keyid: stored.keyid, public_key: stored.publicKey } };
}

export const MODULE_ID = "0198f000-0000-7000-8000-00000000000a";
export const TENANT = "0198f000-0000-7000-8000-00000000000b";

/** An order to the module `tiny`, signed as Center signs. */
export function order(
  key: ReturnType<typeof makeKey>,
  changes: Record<string, unknown> = {},
  payloadType?: string,
): Envelope & { id: string } {
  const now = Date.now();
  const payload = {
    id: randomUUID(),
    type: "purge_cache",
    module_id: MODULE_ID,
    module_key: "tiny",
    tenant_id: null,
    params: {},
    not_before: new Date(now - 1_000).toISOString(),
    expires_at: new Date(now + 600_000).toISOString(),
    fence: 1,
    plan_digest: null,
    ...changes,
  };
  const bytes = Buffer.from(JSON.stringify(payload));
  const envelope = signEnvelope(payloadType ?? "application/vnd.reliability.module-command+json", bytes, key.signing);
  return Object.assign(envelope, { id: payload.id });
}
