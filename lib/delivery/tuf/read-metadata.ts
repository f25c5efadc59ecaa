import { type Key, Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from "@tufjs/models";
import { LIMITS } from "@/lib/platform/limits";
import { keyidOf } from "./tuf-key";

/** Metadata that is not acceptable, and why, for whoever signed it. */
export class MetadataError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MetadataError";
  }
}

interface Bodies {
  readonly root: Root;
  readonly targets: Targets;
  readonly snapshot: Snapshot;
  readonly timestamp: Timestamp;
}
type Data = Parameters<typeof Metadata.fromJSON>[1];

/** A role's keys as root and targets list them. */
interface ListedRole {
  readonly keyIDs: readonly string[];
  readonly threshold: number;
}

/**
 * Reads a metadata file.
 * @throws MetadataError when it is no well-formed metadata of that kind
 */
export function readMetadata<Kind extends keyof Bodies>(kind: Kind, text: string): Metadata<Bodies[Kind]> {
  if (Buffer.byteLength(text) > LIMITS.tufMetadataBytes) throw new MetadataError(`it is larger than ${LIMITS.tufMetadataBytes} bytes`);
  try {
    const metadata = Metadata.fromJSON(kind as MetadataKind.Root, JSON.parse(text) as Data) as unknown as Metadata<Bodies[Kind]>;
    requireHead(metadata);
    return metadata;
  } catch (error) {
    throw error instanceof MetadataError ? error : new MetadataError(`it cannot be read: ${(error as Error).message.slice(0, 200)}`);
  }
}

function requireHead({ signed, signatures }: Metadata<Bodies[keyof Bodies]>): void {
  if (!Number.isSafeInteger(signed.version) || signed.version < 1) throw new MetadataError("its version is no positive whole number");
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(signed.expires) || Number.isNaN(Date.parse(signed.expires)))
    throw new MetadataError("its expiry is no date such as 2026-11-22T10:00:00Z");
  if (Object.keys(signatures).length > LIMITS.tufSignatures)
    throw new MetadataError(`it carries more than ${LIMITS.tufSignatures} signatures`);
}

/**
 * Makes sure that a role's threshold can only be reached by that many different keys.
 * @throws MetadataError for a key that is not Ed25519, goes by an id that is not its own, or is listed twice
 */
export function requireSoundRole(name: string, role: ListedRole | undefined, keys: Readonly<Record<string, Key>>): ListedRole {
  if (!role) throw new MetadataError(`it names no keys for ${name}`);
  const values = role.keyIDs.map((keyid) => {
    const key = keys[keyid];
    const value = key?.keyVal.public ?? "";
    if (key?.keyType !== "ed25519" || key.scheme !== "ed25519") throw new MetadataError(`a key of ${name} is missing or not Ed25519`);
    if (!/^[0-9a-f]{64}$/.test(value) || keyidOf(value) !== keyid)
      throw new MetadataError(`a key of ${name} goes by an id that is not its own`);
    return value;
  });
  if (new Set(values).size !== values.length) throw new MetadataError(`${name} lists one key twice`);
  if (!Number.isInteger(role.threshold) || role.threshold < 1 || role.threshold > values.length)
    throw new MetadataError(`${name} needs ${role.threshold} signatures and has ${values.length} keys`);
  return role;
}

/**
 * Makes sure that a role's threshold of keys signed a document.
 * @throws MetadataError
 */
export function requireSignedBy(by: Metadata<Root> | Metadata<Targets>, role: string, metadata: Metadata<Bodies[keyof Bodies]>): void {
  try {
    by.verifyDelegate(role, metadata);
  } catch (error) {
    throw new MetadataError((error as Error).message.slice(0, 200));
  }
}

/** Keys of a role that really signed a document, in the role's order. */
export function signersOf(
  by: Metadata<Root> | Metadata<Targets>,
  role: string,
  metadata: Metadata<Bodies[keyof Bodies]>,
): { readonly keyids: readonly string[]; readonly known: readonly string[]; readonly threshold: number } {
  const { listed, keys } = listedRole(by, role);
  const keyids = (listed?.keyIDs ?? []).filter((keyid) => hasSigned(keys[keyid], metadata));
  return { keyids, known: listed?.keyIDs ?? [], threshold: listed?.threshold ?? 0 };
}

function listedRole(by: Metadata<Root> | Metadata<Targets>, role: string): { listed: ListedRole | undefined; keys: Record<string, Key> } {
  const { signed } = by;
  if (signed.type === MetadataKind.Root) return { listed: (signed as Root).roles[role], keys: (signed as Root).keys };
  const { delegations } = signed as Targets;
  return { listed: delegations?.roles?.[role], keys: delegations?.keys ?? {} };
}

function hasSigned(key: Key | undefined, metadata: Metadata<Bodies[keyof Bodies]>): boolean {
  try {
    key?.verifySignature(metadata);
    return key !== undefined;
  } catch {
    return false; // tuf's models say by an error that this key did not sign
  }
}
