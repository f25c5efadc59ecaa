import type { Metadata, Root, Targets } from "@tufjs/models";
import { z } from "zod";
import { parseVersion } from "@/lib/kernel/semver";
import { LIMITS } from "@/lib/platform/limits";
import { type SignedTarget, targetPath } from "./compose";
import { MetadataError, readMetadata, requireSignedBy, requireSoundRole } from "./read-metadata";

/** One file of a bundle, by the role that it is of. */
export interface TufFile {
  readonly role: string;
  readonly text: string;
}

/** The off-line half of a repository, as it stands: its newest root, targets and vendor files. */
export interface Repository {
  readonly root: Metadata<Root>;
  readonly targets: Metadata<Targets>;
  /** By role, which is the plugin's key; also those that targets no longer speaks of (delegatedVendors). */
  readonly vendors: ReadonlyMap<string, Metadata<Targets>>;
  /** Exact texts, by role. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface AcceptedFile extends TufFile {
  readonly version: number;
  readonly expires: Date;
}

/** Names that the four roles of TUF have taken. */
const TAKEN: ReadonlySet<string> = new Set(["root", "targets", "snapshot", "timestamp"]);
const DAY_MS = 24 * 60 * 60 * 1_000;

const text = z.string().max(256);
const manifest = z.strictObject({
  plugin_key: text,
  version: text,
  min_platform: text.nullable(),
  min_runtime: text.nullable(),
  schema_effect: z.enum(["none", "reversible", "irreversible"]),
  smoke_tests: z.array(text).max(20),
  impact: z.enum(["normal", "high"]).optional(),
  recalled: z.boolean().optional(),
});

/** Whether a plugin's key can be the name of a vendor's role. */
export function isVendorRole(name: string): boolean {
  return /^[a-z0-9]+([._-][a-z0-9]+)*$/.test(name) && name.length <= 128 && !TAKEN.has(name);
}

/**
 * Decides what a bundle of signed files makes of a repository. All of it holds together afterwards, or nothing is taken: every file
 * signed by the threshold that its role has by then, one version after the other, in date, and saying nothing beyond its own folder.
 *
 * @param onlineKeys  public keys by which Center can sign snapshot and timestamp; a root must name them
 * @returns the repository, and the files that are new; those that are here already, byte for byte, are none
 * @throws MetadataError naming the file and what is wrong with it
 */
export function judgeBundle(
  current: Repository | null,
  files: readonly TufFile[],
  onlineKeys: Readonly<Record<"snapshot" | "timestamp", readonly string[]>>,
  now: Date,
): { readonly repository: Repository; readonly accepted: readonly AcceptedFile[] } {
  const texts = new Map(current?.texts);
  const accepted: AcceptedFile[] = [];
  const isNew = ({ role, text: given }: TufFile) => texts.get(role) !== given;
  const take = (file: TufFile, metadata: Metadata<Root> | Metadata<Targets>) => {
    texts.set(file.role, file.text);
    accepted.push({ ...file, version: metadata.signed.version, expires: new Date(metadata.signed.expires) });
  };

  let root = current?.root ?? null;
  for (const file of files.filter(({ role }) => role === "root").filter(isNew)) {
    root = about(file.role, () => nextRoot(root, file.text));
    take(file, root);
  }
  if (!root) throw new MetadataError("root: there is none yet, so nothing else can be believed");
  const rooted = root;
  about("root", () => requireUsableRoot(rooted, onlineKeys, now));

  let targets = current?.targets ?? null;
  for (const file of files.filter(({ role }) => role === "targets").filter(isNew)) {
    targets = about(file.role, () => nextTargets(targets, file.text, now));
    take(file, targets);
  }
  if (!targets) throw new MetadataError("targets: there is none yet");
  const delegating = targets;
  about("targets", () => requireSignedBy(rooted, "targets", delegating));

  const vendors = new Map(current?.vendors);
  for (const file of files.filter(({ role }) => role !== "root" && role !== "targets").filter(isNew)) {
    const vendor = about(file.role, () => nextVendor(vendors.get(file.role) ?? null, file, now));
    vendors.set(file.role, vendor);
    take(file, vendor);
  }
  const delegated = delegating.signed.delegations?.roles ?? {};
  for (const [role, vendor] of vendors) {
    if (delegated[role]) about(role, () => requireSignedBy(delegating, role, vendor));
    else if (files.some((file) => file.role === role)) throw new MetadataError(`${role}: targets delegates to no such role`);
  }
  return { repository: { root, targets, vendors, texts }, accepted };
}

/** Names the file that something is wrong with. */
function about<T>(role: string, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof MetadataError || error instanceof RangeError)) throw error;
    throw new MetadataError(`${role}: ${error.message}`);
  }
}

/** The next root is signed by the old threshold and by its own (TUF 5.3.4). */
function nextRoot(before: Metadata<Root> | null, given: string): Metadata<Root> {
  const root = readMetadata("root", given);
  requireNext(before?.signed.version ?? 0, root.signed.version);
  if (!root.signed.consistentSnapshot) throw new MetadataError("it does not promise consistent snapshots");
  for (const name of TAKEN) requireSoundRole(name, root.signed.roles[name], root.signed.keys);
  if (before) requireSignedBy(before, "root", root);
  requireSignedBy(root, "root", root);
  return root;
}

function requireUsableRoot(
  { signed }: Metadata<Root>,
  onlineKeys: Readonly<Record<"snapshot" | "timestamp", readonly string[]>>,
  now: Date,
): void {
  requireInDate(signed.expires, LIMITS.tufRootDays, now);
  for (const name of ["snapshot", "timestamp"] as const) {
    const { keyIDs = [], threshold } = signed.roles[name] ?? {};
    const named = keyIDs.filter((keyid) => onlineKeys[name].includes(signed.keys[keyid]?.keyVal.public ?? ""));
    if (threshold !== 1 || named.length === 0) throw new MetadataError(`it does not let Center's own key sign ${name}, alone`);
  }
}

function nextTargets(before: Metadata<Targets> | null, given: string, now: Date): Metadata<Targets> {
  const targets = readMetadata("targets", given);
  requireNext(before?.signed.version ?? 0, targets.signed.version);
  requireInDate(targets.signed.expires, LIMITS.tufTargetsDays, now);
  if (Object.keys(targets.signed.targets).length > 0) throw new MetadataError("it lists files itself; only vendors do");
  const { roles = {}, keys = {}, succinctRoles } = targets.signed.delegations ?? {};
  if (succinctRoles || Object.keys(roles).length > LIMITS.tufVendors)
    throw new MetadataError(`it delegates to more than ${LIMITS.tufVendors} roles`);
  for (const [name, role] of Object.entries(roles)) {
    if (!isVendorRole(name)) throw new MetadataError(`${name} cannot be a vendor's role`);
    requireSoundRole(name, role, keys);
    const isOwnFolder = role.terminating && role.paths?.length === 1 && role.paths[0] === `${name}/*`;
    if (!isOwnFolder) throw new MetadataError(`${name} must be terminating and speak of ${name}/* only`);
  }
  return targets;
}

function nextVendor(before: Metadata<Targets> | null, { role, text: given }: TufFile, now: Date): Metadata<Targets> {
  const vendor = readMetadata("targets", given);
  requireNext(before?.signed.version ?? 0, vendor.signed.version);
  requireInDate(vendor.signed.expires, LIMITS.tufTargetsDays, now);
  if (vendor.signed.delegations) throw new MetadataError("a vendor's role delegates no further");
  vendorTargets(role, vendor);
  return vendor;
}

/**
 * What a vendor's file says, by version.
 * @throws MetadataError for a target outside its folder, or one whose manifest speaks of something else
 */
export function vendorTargets(role: string, vendor: Metadata<Targets>): Map<string, SignedTarget> {
  const found = new Map<string, SignedTarget>();
  const entries = Object.entries(vendor.signed.targets);
  if (entries.length > LIMITS.tufTargets) throw new MetadataError(`it lists more than ${LIMITS.tufTargets} files`);
  for (const [path, target] of entries) {
    const custom = manifest.safeParse(target.custom);
    if (!custom.success) throw new MetadataError(`${path} carries no manifest as it should`);
    const { plugin_key, version } = custom.data;
    const isOwn = plugin_key === role && parseVersion(version) !== null && path === targetPath(role, version);
    if (!isOwn) throw new MetadataError(`${path} is not where ${plugin_key} ${version} belongs`);
    const { sha256 } = target.hashes;
    if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) throw new MetadataError(`${path} has no SHA-256`);
    if (!Number.isInteger(target.length) || target.length < 1 || target.length > LIMITS.artifactBytes)
      throw new MetadataError(`${path} has no acceptable length`);
    found.set(version, { sha256, length: target.length, custom: custom.data });
  }
  return found;
}

function requireNext(before: number, version: number): void {
  if (version !== before + 1) throw new MetadataError(`its version is ${version}, the next one would be ${before + 1}`);
}

function requireInDate(expires: string, days: number, now: Date): void {
  const left = Date.parse(expires) - now.getTime();
  if (left <= 0) throw new MetadataError(`it expired at ${expires}`);
  if (left > days * DAY_MS + LIMITS.signatureWindowSeconds * 1_000) throw new MetadataError(`it would live for more than ${days} days`);
}

/**
 * Reads a repository back from its stored texts.
 * @throws MetadataError when a stored text was changed into something that cannot be read
 */
export function openRepository(stored: readonly TufFile[]): Repository | null {
  const texts = new Map(
    stored.filter(({ role }) => role !== "snapshot" && role !== "timestamp").map(({ role, text: given }) => [role, given]),
  );
  const [root, targets] = [texts.get("root"), texts.get("targets")];
  if (root === undefined || targets === undefined) return null;
  const vendors = [...texts]
    .filter(([role]) => role !== "root" && role !== "targets")
    .map(([role, given]) => [role, readMetadata("targets", given)] as const);
  return { root: readMetadata("root", root), targets: readMetadata("targets", targets), vendors: new Map(vendors), texts };
}

/** The vendors that targets vouches for today. */
export function delegatedVendors({ targets, vendors }: Repository): [string, Metadata<Targets>][] {
  return [...vendors].filter(([role]) => targets.signed.delegations?.roles?.[role] !== undefined);
}
