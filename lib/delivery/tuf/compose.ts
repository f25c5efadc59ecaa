import { Metadata, type MetadataKind, Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { type MetadataSigner, metadataKey, signBytes } from "./tuf-key";

type Body = Root | Snapshot | Targets | Timestamp;
type JsonObject = Parameters<typeof Root.fromJSON>[0];

/** Who speaks for a role, and how many of them it takes. */
export interface RoleKeys {
  /** Public keys, 64 hex digits each. */
  readonly keys: readonly string[];
  readonly threshold: number;
}

/** What a release says of itself under its vendor's signatures. */
export interface SignedManifest {
  readonly plugin_key: string;
  readonly version: string;
  readonly min_platform: string | null;
  readonly min_runtime: string | null;
  readonly schema_effect: string;
  readonly smoke_tests: readonly string[];
  /** How much it weighs; agents of merchants who ask for it take what is high only with people's signatures. Normal unless said. */
  readonly impact?: "normal" | "high";
  /** True once the vendor has called it back: agents refuse it, whatever Center says. */
  readonly recalled?: boolean;
}

export interface SignedTarget {
  readonly sha256: string;
  readonly length: number;
  readonly custom: SignedManifest;
}

interface Head {
  readonly version: number;
  readonly expires: Date;
}

/** Where a release lies among the targets: one file per plugin and version. */
export function targetPath(pluginKey: string, version: string): string {
  return `${pluginKey}/${version}`;
}

/** TUF's own form of a date has no fractions. */
function headOf(type: `${MetadataKind}`, { version, expires }: Head): JsonObject {
  return { _type: type, spec_version: "1.0.31", version, expires: expires.toISOString().replace(/\.\d{3}Z$/, "Z") };
}

function keyTable(roles: readonly RoleKeys[]): JsonObject {
  const keys = roles.flatMap((role) => role.keys.map(metadataKey));
  return Object.fromEntries(keys.map((key) => [key.keyID, key.toJSON()])) as JsonObject;
}

function roleOf({ keys, threshold }: RoleKeys): JsonObject {
  return { keyids: keys.map((key) => metadataKey(key).keyID), threshold };
}

/** The document that says which keys speak for each role. */
export function composeRoot(head: Head, roles: Readonly<Record<`${MetadataKind}`, RoleKeys>>): Root {
  const table = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, roleOf(role)])) as JsonObject;
  return Root.fromJSON({ ...headOf("root", head), consistent_snapshot: true, keys: keyTable(Object.values(roles)), roles: table });
}

/** The top-level targets: no files of their own, one terminating role for each vendor, which may speak of its own folder only. */
export function composeTargets(head: Head, vendors: Readonly<Record<string, RoleKeys>>): Targets {
  const roles = Object.entries(vendors).map(([name, role]) => ({ name, ...roleOf(role), terminating: true, paths: [`${name}/*`] }));
  return Targets.fromJSON({
    ...headOf("targets", head),
    targets: {},
    delegations: { keys: keyTable(Object.values(vendors)), roles } as JsonObject,
  });
}

/** What a vendor has released. @param targets  by version */
export function composeVendor(head: Head, pluginKey: string, targets: Readonly<Record<string, SignedTarget>>): Targets {
  const files = Object.entries(targets).map(([version, { sha256, length, custom }]) => [
    targetPath(pluginKey, version),
    { length, hashes: { sha256 }, custom },
  ]);
  return Targets.fromJSON({ ...headOf("targets", head), targets: Object.fromEntries(files) as JsonObject });
}

/** A metadata file as another one speaks of it. */
function metaFile(version: number, text: string): JsonObject {
  return { version, length: Buffer.byteLength(text), hashes: { sha256: sha256Hex(text) } };
}

/**
 * The newest version of every role but root and timestamp.
 * @param files     exact texts by role
 * @param recalled  paths of targets that Center has called back; agents refuse them whatever a vendor's metadata says
 */
export function composeSnapshot(
  head: Head,
  files: Readonly<Record<string, { version: number; text: string }>>,
  recalled: readonly string[],
): Snapshot {
  const meta = Object.entries(files).map(([role, { version, text }]) => [`${role}.json`, metaFile(version, text)]);
  return Snapshot.fromJSON({ ...headOf("snapshot", head), meta: Object.fromEntries(meta) as JsonObject, recalled: [...recalled] });
}

/** What is newest at all. */
export function composeTimestamp(head: Head, snapshot: { readonly version: number; readonly text: string }): Timestamp {
  return Timestamp.fromJSON({ ...headOf("timestamp", head), meta: { "snapshot.json": metaFile(snapshot.version, snapshot.text) } });
}

/** Puts signatures under a body, beside those it may have. */
export function signMetadata<T extends Body>(body: T | Metadata<T>, signers: readonly MetadataSigner[]): Metadata<T> {
  const metadata = body instanceof Metadata ? body : new Metadata(body);
  for (const signer of signers) metadata.sign((bytes) => signBytes(signer, bytes));
  return metadata;
}

/** The file's text: what is stored, served and hashed. */
export function metadataText(metadata: Metadata<Body>): string {
  return `${JSON.stringify(metadata.toJSON(), null, 1)}\n`;
}
