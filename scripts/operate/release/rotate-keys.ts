import { isVendorRole } from "@/lib/delivery/tuf/judge-bundle";
import { type ReleaseDesk, sendFiles, settlePending } from "./obey-release";
import { count, need, type ReleaseArguments } from "./parse-release-arguments";
import { nextRoot, nextTargets, nextVendor } from "./sign-next";

/** Replaces the keys of one role. What a role signs is signed anew in the same bundle, so that Center and agents never see half of it. */
export async function rotate(desk: ReleaseDesk, values: ReleaseArguments): Promise<void> {
  await settlePending(desk);
  if (values["root-key"] !== undefined) return rotateRootKey(desk, values["root-key"]);
  if (values.targets) return rotateTargets(desk);
  if (values.vendor !== undefined) return rotateVendor(desk, values);
  if (values.online) return rotateOnline(desk);
  need(values, "root-key");
}

async function rotateRootKey(desk: ReleaseDesk, name: string): Promise<void> {
  const { folder, now } = desk;
  const settings = folder.settings();
  if (!settings.root.keys.includes(name)) throw new Error(`${name} is no root key; they are ${settings.root.keys.join(", ")}`);
  const [fresh = ""] = folder.makeKeys("root", 1);
  const root = { ...settings.root, keys: settings.root.keys.map((key) => (key === name ? fresh : key)) };
  const next = { ...settings, root };
  const file = nextRoot(folder, next, settings.root, now);
  folder.saveSettings(next);
  await sendFiles(desk, [file]);
  desk.say(`${fresh} stands in for ${name}: move keys/${fresh}.json to its holder, and destroy keys/${name}.json`);
}

async function rotateTargets(desk: ReleaseDesk): Promise<void> {
  const { folder, now } = desk;
  const settings = folder.settings();
  const next = { ...settings, targets: { ...settings.targets, keys: folder.makeKeys("targets", settings.targets.keys.length) } };
  const files = [nextRoot(folder, next, null, now), nextTargets(folder, next, now)];
  folder.saveSettings(next);
  await sendFiles(desk, files);
}

async function rotateVendor(desk: ReleaseDesk, values: ReleaseArguments): Promise<void> {
  const { folder, now } = desk;
  const settings = folder.settings();
  const pluginKey = need(values, "vendor");
  if (!isVendorRole(pluginKey)) throw new Error(`${pluginKey} cannot be a vendor's role`);
  const keys = folder.makeKeys(pluginKey, count(values, "vendor-keys"));
  const next = { ...settings, vendors: { ...settings.vendors, [pluginKey]: { keys, threshold: count(values, "vendor-threshold") } } };
  const files = [nextTargets(folder, next, now), nextVendor(folder, next, pluginKey, {}, now)];
  folder.saveSettings(next);
  await sendFiles(desk, files);
}

async function rotateOnline(desk: ReleaseDesk): Promise<void> {
  const { folder, door, now } = desk;
  await door().makeOnlineKeys();
  const next = { ...folder.settings(), online: await door().onlineKeys() };
  const file = nextRoot(folder, next, null, now);
  folder.saveSettings(next);
  await sendFiles(desk, [file]);
}
