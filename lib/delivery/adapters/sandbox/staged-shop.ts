import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { PluginPackage } from "@/lib/delivery/adapters/sandbox/plugin-package";
import { digestOf, type Json, sha256Hex } from "@/lib/kernel/canonical-json";

/**
 * A shop's plugin folder as its agent keeps it, on which a patch is rehearsed: `versions/<version>/` and the link `current`,
 * which is swapped by rename. Its files are readable by the unprivileged user that runs the candidate.
 */
export class StagedShop {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(path.join(folder, "versions"), { recursive: true, mode: 0o755 });
  }

  /** Unpacks a version beside what runs and makes it the current one. @returns its folder */
  apply(plugin: PluginPackage): string {
    const folder = path.join(this.#folder, "versions", plugin.version);
    const unpacking = path.join(this.#folder, "unpacking");
    mkdirSync(unpacking, { mode: 0o755 });
    for (const entry of plugin.entries) {
      const target = path.join(unpacking, entry.path);
      mkdirSync(entry.kind === "folder" ? target : path.dirname(target), { recursive: true, mode: 0o755 });
      if (entry.kind === "file") writeFileSync(target, entry.bytes, { flag: "wx", mode: entry.isExecutable ? 0o755 : 0o644 });
    }
    renameSync(unpacking, folder);
    this.#pointAt(plugin.version);
    return folder;
  }

  /** Goes back to the version that ran before, or to none, and removes what was applied. */
  rollBack(applied: string, previous: string | null): void {
    if (previous === null) rmSync(path.join(this.#folder, "current"));
    else this.#pointAt(previous);
    rmSync(path.join(this.#folder, "versions", applied), { recursive: true });
  }

  #pointAt(version: string): void {
    const next = path.join(this.#folder, "current.new");
    symlinkSync(path.join("versions", version), next);
    renameSync(next, path.join(this.#folder, "current"));
  }

  /** `sha256:<hex>` over every path, kind, mode and content below the folder. */
  digest(): string {
    return digestOf(this.#describe(""));
  }

  #describe(relative: string): Json {
    const names = readdirSync(path.join(this.#folder, relative)).sort();
    return names.flatMap((name): Json[] => {
      const below = path.posix.join(relative, name);
      const full = path.join(this.#folder, below);
      const found = lstatSync(full);
      if (found.isSymbolicLink()) return [[below, "link", readlinkSync(full)]];
      if (found.isDirectory()) return [[below, "folder", found.mode & 0o7777, this.#describe(below)]];
      return [[below, "file", found.mode & 0o7777, sha256Hex(readFileSync(full))]];
    });
  }
}
