import type { SignedTarget } from "@/lib/delivery/tuf/compose";
import { nextRoot, nextTargets, nextVendor, type SignedFile } from "./sign-next";
import type { FolderSettings, SigningFolder } from "./signing-folder";

/** How a repository begins. */
export interface Beginning {
  readonly pluginKey: string;
  readonly rootKeys: number;
  readonly rootThreshold: number;
  readonly vendorKeys: number;
  readonly vendorThreshold: number;
  /** Center's own public keys. */
  readonly online: FolderSettings["online"];
}

/** Makes all off-line keys in a fresh folder, and the first root, targets and vendor file. Nothing of it is known to Center yet. */
export function beginRepository(
  folder: SigningFolder,
  beginning: Beginning,
  targets: Readonly<Record<string, SignedTarget>>,
  now: Date,
): SignedFile[] {
  if (folder.exists) throw new Error(`${folder.dir} holds a repository already: keys are never made over`);
  const { pluginKey, rootKeys, rootThreshold, vendorKeys, vendorThreshold, online } = beginning;
  const settings: FolderSettings = {
    root: { keys: folder.makeKeys("root", rootKeys), threshold: rootThreshold },
    targets: { keys: folder.makeKeys("targets", 1), threshold: 1 },
    vendors: { [pluginKey]: { keys: folder.makeKeys(pluginKey, vendorKeys), threshold: vendorThreshold } },
    online,
  };
  folder.saveSettings(settings);
  return [nextRoot(folder, settings, null, now), nextTargets(folder, settings, now), nextVendor(folder, settings, pluginKey, targets, now)];
}

/** The next targets and vendor files with nothing changed but their dates: what a vendor owes every week. */
export function renewRepository(folder: SigningFolder, now: Date): SignedFile[] {
  const settings = folder.settings();
  return [nextTargets(folder, settings, now), ...Object.keys(settings.vendors).map((key) => nextVendor(folder, settings, key, {}, now))];
}
