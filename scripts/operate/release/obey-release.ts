import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SignedManifest } from "@/lib/delivery/tuf/compose";
import { targetPath } from "@/lib/delivery/tuf/compose";
import { vendorTargets } from "@/lib/delivery/tuf/judge-bundle";
import { readMetadata } from "@/lib/delivery/tuf/read-metadata";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { beginRepository, renewRepository } from "./begin-repository";
import { type CenterDoor, CenterRefusal } from "./center-door";
import { count, list, need, type ReleaseArguments } from "./parse-release-arguments";
import { readBack } from "./read-back";
import { addSignatures, nextVendor, type SignedFile, unfinished } from "./sign-next";
import type { SigningFolder } from "./signing-folder";

/** What an order works with. `door` is asked for only where Center is needed. */
export interface ReleaseDesk {
  readonly folder: SigningFolder;
  readonly door: () => CenterDoor;
  readonly now: Date;
  readonly say: (line: string) => void;
}

/** Signatures are missing: somebody else's folder has to add them before anything is sent. */
export class SignaturesMissing extends Error {}

/**
 * Keeps the files as pending, and sends them once all of them are whole: a crash then loses nothing, and sending again changes nothing.
 * @throws SignaturesMissing naming the files that others have to sign
 */
export async function sendFiles({ folder, door, say }: ReleaseDesk, files: readonly SignedFile[], isFirst = false): Promise<void> {
  for (const { role, text } of files) folder.savePending(role, text);
  const short = unfinished(files);
  if (short.length > 0) {
    const missing = short.map(
      ({ role, signatures, threshold }) => `${path.join(folder.dir, "pending", `${role}.json`)} (${signatures} of ${threshold})`,
    );
    throw new SignaturesMissing(
      `signatures are missing under ${missing.join(", ")}: have other key holders run release:sign --file on them, then release:sign --send`,
    );
  }
  await door()
    .send(files, isFirst)
    .catch((error: unknown) => {
      // Center judged it and found it wrong: it will not become right by being sent again.
      if (error instanceof CenterRefusal && error.status === 422) for (const { role } of files) folder.dropPending(role);
      throw error;
    });
  for (const { role, text } of files) folder.saveMetadata(role, text);
  say(
    `Center took ${files.map(({ role, text }) => `${role} ${readMetadata(role === "root" ? "root" : "targets", text).signed.version}`).join(", ")}`,
  );
}

/** Sends first what an earlier order signed and did not get through: nothing new is built beside it. */
export async function settlePending(desk: ReleaseDesk): Promise<void> {
  const files = desk.folder.pendingFiles();
  if (files.length === 0) return;
  await desk.door().send(files, desk.folder.metadata("root") === null);
  for (const { role, text } of files) desk.folder.saveMetadata(role, text);
}

export async function init(desk: ReleaseDesk, values: ReleaseArguments): Promise<void> {
  const { folder, now, say } = desk;
  const pluginKey = need(values, "plugin");
  if (folder.exists) {
    // A first bundle that Center never took is sent again; whatever else lies here is never made over.
    const left = folder.pendingFiles();
    if (left.length === 0 || folder.metadata("root") !== null)
      throw new Error(`${folder.dir} holds a repository already: keys are never made over`);
    return settlePending(desk);
  }
  const beginning = {
    pluginKey,
    rootKeys: count(values, "root-keys"),
    rootThreshold: count(values, "root-threshold"),
    vendorKeys: count(values, "vendor-keys"),
    vendorThreshold: count(values, "vendor-threshold"),
    online: await desk.door().onlineKeys(),
  };
  const files = beginRepository(folder, beginning, {}, now);
  await sendFiles(desk, files, true);
  say(`root 1 has SHA-256 ${sha256Hex(files[0]?.text ?? "")}: tell it to merchants by another way than this Center`);
  say(`now move keys/root-*.json and keys/targets-1.json to their holders; they are needed for release:rotate and release:sign alone`);
}

export async function publish(desk: ReleaseDesk, values: ReleaseArguments): Promise<void> {
  const { folder, door, now, say } = desk;
  const pluginKey = need(values, "plugin");
  await settlePending(desk);
  const settings = folder.settings();
  if (values.recall !== undefined) {
    const target = listed(folder, pluginKey)[values.recall];
    if (!target) throw new Error(`${pluginKey} ${values.recall} was never signed here`);
    const custom = { ...target.custom, recalled: true };
    await sendFiles(desk, [nextVendor(folder, settings, pluginKey, { [values.recall]: { ...target, custom } }, now)]);
    return say(`${pluginKey} ${values.recall} is called back: no agent installs it any more`);
  }
  const version = need(values, "version");
  const bytes = readFileSync(need(values, "artifact"));
  const custom: SignedManifest = {
    plugin_key: pluginKey,
    version,
    min_platform: values["min-platform"] ?? null,
    min_runtime: values["min-runtime"] ?? null,
    schema_effect: values["schema-effect"] ?? "none",
    smoke_tests: list(values["smoke-tests"]),
    ...(values.impact === undefined ? {} : { impact: impactOf(values.impact) }),
  };
  const [sha256, length] = [sha256Hex(bytes), bytes.length];
  const announced = { ...custom, sha256, length, channel: values.channel ?? "stable", fixes: list(values.fixes) };
  const id = await door().announce(announced);
  const known = listed(folder, pluginKey)[version];
  if (known && known.sha256 !== sha256) throw new Error(`${version} was signed here with other bytes: take another version`);
  if (!known) await sendFiles(desk, [nextVendor(folder, settings, pluginKey, { [version]: { sha256, length, custom } }, now)]);
  await door().store(id, bytes);
  await readBack(door().url, path.join(folder.dir, "metadata", "root.json"), targetPath(pluginKey, version), sha256);
  say(`${pluginKey} ${version} is published, and reads back as it was signed (${sha256})`);
}

function impactOf(word: string): "normal" | "high" {
  if (word === "normal" || word === "high") return word;
  throw new Error("--impact is normal or high");
}

function listed(folder: SigningFolder, pluginKey: string) {
  const text = folder.metadata(pluginKey);
  return text === null ? {} : Object.fromEntries(vendorTargets(pluginKey, readMetadata("targets", text)));
}

export async function sign(desk: ReleaseDesk, values: ReleaseArguments): Promise<void> {
  const { folder, now, say } = desk;
  const settings = folder.settings();
  if (values.renew) {
    await settlePending(desk);
    return sendFiles(desk, renewRepository(folder, now));
  }
  if (values.send) {
    if (folder.pendingFiles().length === 0) throw new Error("nothing is pending in this folder");
    return settlePending(desk);
  }
  const file = need(values, "file");
  const role = path.basename(file, ".json");
  const names = role === "root" ? settings.root.keys : role === "targets" ? settings.targets.keys : settings.vendors[role]?.keys;
  if (!names) throw new Error(`this folder knows no role ${role}`);
  const text = addSignatures(folder, role === "root" ? "root" : "targets", readFileSync(file, "utf8"), names);
  writeFileSync(file, text, { mode: 0o600 });
  say(`${file} now carries ${(JSON.parse(text) as { signatures: unknown[] }).signatures.length} signatures`);
}
