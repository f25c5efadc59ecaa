import type { Metadata, Root, Targets } from "@tufjs/models";
import {
  composeRoot,
  composeTargets,
  composeVendor,
  metadataText,
  type RoleKeys,
  type SignedTarget,
  signMetadata,
} from "@/lib/delivery/tuf/compose";
import { type TufFile, vendorTargets } from "@/lib/delivery/tuf/judge-bundle";
import { readMetadata, signersOf } from "@/lib/delivery/tuf/read-metadata";
import { LIMITS } from "@/lib/platform/limits";
import type { FolderRole, FolderSettings, SigningFolder } from "./signing-folder";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A file that was made, and whether enough keys of this folder signed it. */
export interface SignedFile extends TufFile {
  readonly signatures: number;
  readonly threshold: number;
}

const isWhole = ({ signatures, threshold }: SignedFile) => signatures >= threshold;

/** The files that still miss signatures; none of a bundle is sent before all of it is whole. */
export function unfinished(files: readonly SignedFile[]): SignedFile[] {
  return files.filter((file) => !isWhole(file));
}

function headAfter(text: string | null, kind: "root" | "targets", days: number, now: Date) {
  const version = text === null ? 1 : readMetadata(kind, text).signed.version + 1;
  return { version, expires: new Date(now.getTime() + days * DAY_MS) };
}

function publicsOf(folder: SigningFolder, { keys, threshold }: FolderRole): RoleKeys {
  return { keys: folder.publics(keys), threshold };
}

/**
 * The next root: by the settings as they are, signed by the keys of now and of before.
 * @param before  the root keys that the last root names, where they are others
 */
export function nextRoot(folder: SigningFolder, settings: FolderSettings, before: FolderRole | null, now: Date): SignedFile {
  const last = folder.metadata("root");
  const { snapshot, timestamp } = settings.online;
  const body = composeRoot(headAfter(last, "root", LIMITS.tufRootDays, now), {
    root: publicsOf(folder, settings.root),
    targets: publicsOf(folder, settings.targets),
    snapshot: { keys: [snapshot], threshold: 1 },
    timestamp: { keys: [timestamp], threshold: 1 },
  });
  const names = [...new Set([...settings.root.keys, ...(before?.keys ?? [])])];
  const root = signMetadata(body, folder.signers(names));
  const text = metadataText(root);
  const own = signersOf(root, "root", root);
  const old = last === null ? null : signersOf(readMetadata("root", last), "root", root);
  const isOldShort = old !== null && old.keyids.length < old.threshold;
  const short = isOldShort ? old : own;
  return { role: "root", text, signatures: short.keyids.length, threshold: short.threshold };
}

export function nextTargets(folder: SigningFolder, settings: FolderSettings, now: Date): SignedFile {
  const vendors = Object.fromEntries(Object.entries(settings.vendors).map(([name, role]) => [name, publicsOf(folder, role)]));
  const body = composeTargets(headAfter(folder.metadata("targets"), "targets", LIMITS.tufTargetsDays, now), vendors);
  return countIn("targets", signMetadata(body, folder.signers(settings.targets.keys)), settings.targets);
}

/** A vendor's next file: what it listed, with `changes` by version. */
export function nextVendor(
  folder: SigningFolder,
  settings: FolderSettings,
  pluginKey: string,
  changes: Readonly<Record<string, SignedTarget>>,
  now: Date,
): SignedFile {
  const role = settings.vendors[pluginKey];
  if (!role) throw new Error(`there is no vendor ${pluginKey} in this folder; it knows ${Object.keys(settings.vendors).join(", ")}`);
  const last = folder.metadata(pluginKey);
  const listed = last === null ? {} : Object.fromEntries(vendorTargets(pluginKey, readMetadata("targets", last)));
  const body = composeVendor(headAfter(last, "targets", LIMITS.tufTargetsDays, now), pluginKey, { ...listed, ...changes });
  return countIn(pluginKey, signMetadata(body, folder.signers(role.keys)), role);
}

function countIn(role: string, metadata: Metadata<Targets>, { threshold }: FolderRole): SignedFile {
  return { role, text: metadataText(metadata), signatures: Object.keys(metadata.signatures).length, threshold };
}

/** Puts this folder's signatures under a file that somebody else began. @param names  keys of the role here */
export function addSignatures(folder: SigningFolder, kind: "root" | "targets", text: string, names: readonly string[]): string {
  const metadata = readMetadata(kind, text) as Metadata<Root> | Metadata<Targets>;
  return metadataText(signMetadata(metadata as Metadata<Targets>, folder.signers(names)));
}
