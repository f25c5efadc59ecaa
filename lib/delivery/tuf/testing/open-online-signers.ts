import { openSigningKeys } from "@/lib/access/sealing/signing-keys";
import { scopeFor } from "@/lib/access/system-actor";
import { read } from "@/lib/platform/scope";
import { metadataSigner } from "../tuf-key";

/** Center's own first keys, opened as only somebody can who holds the database and the master key. */
export async function openOnlineSigners() {
  const first = async (purpose: "tuf_snapshot" | "tuf_timestamp") => {
    const [key] = await read(scopeFor("operate"), (tx) => openSigningKeys(tx, purpose));
    if (!key) throw new Error(`Center has no key for ${purpose}`);
    return metadataSigner(key.privateKey);
  };
  return { snapshot: await first("tuf_snapshot"), timestamp: await first("tuf_timestamp") };
}
