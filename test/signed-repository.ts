import { createPrivateKey, randomBytes } from "node:crypto";
import { type Metadata, Targets } from "@tufjs/models";
import { makeSigningKey } from "@/lib/delivery/signing-key";
import {
  composeRoot,
  composeSnapshot,
  composeTargets,
  composeTimestamp,
  composeVendor,
  metadataText,
  type SignedTarget,
  signMetadata,
} from "@/lib/delivery/tuf/compose";
import type { TufFile } from "@/lib/delivery/tuf/judge-bundle";
import { type MetadataSigner, metadataSigner } from "@/lib/delivery/tuf/tuf-key";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A fresh key that signs metadata. */
export function newSigner(): MetadataSigner {
  const { privateKey } = makeSigningKey(randomBytes(32));
  return metadataSigner(createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" }));
}

/** What a target's manifest says, for a plugin and version. */
export function signedTarget(pluginKey: string, version: string, sha256: string, length: number, more: object = {}): SignedTarget {
  const custom = { plugin_key: pluginKey, version, min_platform: null, min_runtime: null, schema_effect: "none", smoke_tests: [] };
  return { sha256, length, custom: { ...custom, ...more } };
}

interface Signing {
  version?: number;
  expires?: Date;
  signers?: readonly MetadataSigner[];
}

/** Every key of a repository, and the files they sign: what a vendor's and a root's ceremony hold together, and no server ever does. */
export class Ceremony {
  root = [newSigner(), newSigner(), newSigner()];
  targets = [newSigner()];
  vendors = new Map<string, { signers: MetadataSigner[]; threshold: number }>();
  online = { snapshot: newSigner(), timestamp: newSigner() };

  constructor(
    readonly now: Date,
    readonly pluginKey = "demo-pay",
    threshold = 2,
  ) {
    this.vendors.set(pluginKey, { signers: [newSigner(), newSigner(), newSigner()], threshold });
  }

  in(days: number): Date {
    return new Date(this.now.getTime() + days * DAY_MS);
  }

  rootFile({ version = 1, expires = this.in(300), signers = this.root.slice(0, 2) }: Signing = {}): string {
    const of = (keys: readonly MetadataSigner[], threshold = 1) => ({ keys: keys.map(({ publicHex }) => publicHex), threshold });
    const { snapshot, timestamp } = this.online;
    const roles = { root: of(this.root, 2), targets: of(this.targets), snapshot: of([snapshot]), timestamp: of([timestamp]) };
    return metadataText(signMetadata(composeRoot({ version, expires }, roles), signers));
  }

  targetsFile({ version = 1, expires = this.in(6), signers = this.targets }: Signing = {}): string {
    const vendors = [...this.vendors].map(([name, vendor]) => [
      name,
      { keys: vendor.signers.map(({ publicHex }) => publicHex), threshold: vendor.threshold },
    ]);
    return metadataText(signMetadata(composeTargets({ version, expires }, Object.fromEntries(vendors)), signers));
  }

  vendorFile(targets: Record<string, SignedTarget>, signing: Signing & { pluginKey?: string } = {}): string {
    const { version = 1, expires = this.in(6), pluginKey = this.pluginKey } = signing;
    const vendor = this.vendors.get(pluginKey);
    const signers = signing.signers ?? vendor?.signers.slice(0, vendor.threshold) ?? [];
    return metadataText(signMetadata(composeVendor({ version, expires }, pluginKey, targets), signers));
  }

  snapshotFile(files: Record<string, { version: number; text: string }>, signing: Signing & { recalled?: string[] } = {}): string {
    const { version = 1, expires = this.in(6), signers = [this.online.snapshot], recalled = [] } = signing;
    return metadataText(signMetadata(composeSnapshot({ version, expires }, files, recalled), signers));
  }

  timestampFile(snapshot: { version: number; text: string }, signing: Signing = {}): string {
    const { version = 1, expires = this.in(0.9), signers = [this.online.timestamp] } = signing;
    return metadataText(signMetadata(composeTimestamp({ version, expires }, snapshot), signers));
  }

  /** Whatever a targets file says, under signatures that are good. */
  resigned(text: string, signers: readonly MetadataSigner[]): string {
    const { signed } = JSON.parse(text) as { signed: Parameters<typeof Targets.fromJSON>[0] };
    return metadataText(signMetadata(Targets.fromJSON(signed), signers));
  }

  /** The first bundle: root, targets and one vendor's file. */
  firstBundle(targets: Record<string, SignedTarget>): TufFile[] {
    return [
      { role: "root", text: this.rootFile() },
      { role: "targets", text: this.targetsFile() },
      { role: this.pluginKey, text: this.vendorFile(targets) },
    ];
  }
}

/** The same file with other things said in it, its signatures as they were. */
export function tampered(text: string, change: (signed: Record<string, unknown>) => void): string {
  const file = JSON.parse(text) as ReturnType<Metadata<never>["toJSON"]>;
  change(file.signed as Record<string, unknown>);
  return JSON.stringify(file);
}
