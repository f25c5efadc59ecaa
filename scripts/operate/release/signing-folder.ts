import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TufFile } from "@/lib/delivery/tuf/judge-bundle";
import type { MetadataSigner } from "@/lib/delivery/tuf/tuf-key";
import { makeKeyFile, openKeyFile, readKeyFile } from "./key-file";

/** Keys of one role by name, and how many of them have to sign. */
export interface FolderRole {
  readonly keys: readonly string[];
  readonly threshold: number;
}

/** What the folder remembers besides keys and metadata. */
export interface FolderSettings {
  readonly root: FolderRole;
  readonly targets: FolderRole;
  readonly vendors: Readonly<Record<string, FolderRole>>;
  readonly online: Readonly<Record<"snapshot" | "timestamp", string>>;
}

/**
 * An operator's folder: `keys/<name>.json` (0600), `metadata/<role>.json` as Center took it last, `pending/<role>.json` while signatures are
 * missing, and `release.json`. It is the truth that the next file is made from; what Center shows is never signed unseen.
 */
export class SigningFolder {
  readonly #passphrase: string | null;

  constructor(
    readonly dir: string,
    passphrase: string | null,
  ) {
    this.#passphrase = passphrase;
  }

  get exists(): boolean {
    return existsSync(path.join(this.dir, "release.json"));
  }

  settings(): FolderSettings {
    if (!this.exists) throw new Error(`${this.dir} is no folder of release:init`);
    return JSON.parse(readFileSync(path.join(this.dir, "release.json"), "utf8")) as FolderSettings;
  }

  saveSettings(settings: FolderSettings): void {
    this.#write("release.json", `${JSON.stringify(settings, null, 2)}\n`);
  }

  /** Makes keys `<role>-1`, `<role>-2` ..., counting on from those that are there. @returns their names */
  makeKeys(role: string, count: number): string[] {
    const names: string[] = [];
    for (let number = 1; names.length < count; number += 1) {
      const name = `${role}-${number}`;
      if (readKeyFile(this.#key(name))) continue;
      makeKeyFile(this.#key(name), this.#passphrase);
      names.push(name);
    }
    return names;
  }

  /** Public halves by name. @throws Error for a key that was never here */
  publics(names: readonly string[]): string[] {
    return names.map((name) => readKeyFile(this.#key(name))?.public ?? fail(`there is no key ${name} in ${this.dir}/keys`));
  }

  /** The keys of a role that this folder can sign with; others may lie with other people. */
  signers(names: readonly string[]): MetadataSigner[] {
    return names
      .filter((name) => {
        const file = readKeyFile(this.#key(name));
        return file?.private !== undefined || file?.sealed !== undefined;
      })
      .map((name) => openKeyFile(this.#key(name), this.#passphrase));
  }

  /** Metadata of a role as Center took it last, or null. */
  metadata(role: string): string | null {
    return this.#read("metadata", role);
  }

  pending(role: string): string | null {
    return this.#read("pending", role);
  }

  /** Every file that was signed here and that Center is not known to have taken, in the order in which they build on each other. */
  pendingFiles(): TufFile[] {
    const folder = path.join(this.dir, "pending");
    const roles = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
    const files = roles.map((name) => ({ role: name.slice(0, -".json".length), text: readFileSync(path.join(folder, name), "utf8") }));
    const rank = ({ role }: TufFile) => (role === "root" ? 0 : role === "targets" ? 1 : 2);
    return files.toSorted((a, b) => rank(a) - rank(b));
  }

  /** Notes that Center took a file; whatever of that role was pending is done. */
  saveMetadata(role: string, text: string): void {
    this.#write(path.join("metadata", `${role}.json`), text);
    this.dropPending(role);
  }

  dropPending(role: string): void {
    rmSync(path.join(this.dir, "pending", `${role}.json`), { force: true });
  }

  savePending(role: string, text: string): string {
    this.#write(path.join("pending", `${role}.json`), text);
    return path.join(this.dir, "pending", `${role}.json`);
  }

  #key(name: string): string {
    return path.join(this.dir, "keys", `${name}.json`);
  }

  #read(kind: string, role: string): string | null {
    const file = path.join(this.dir, kind, `${role}.json`);
    return existsSync(file) ? readFileSync(file, "utf8") : null;
  }

  #write(name: string, text: string): void {
    const file = path.join(this.dir, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

function fail(message: string): never {
  throw new Error(message);
}
