import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeTarGzip } from "./tar-writer.mjs";

const SOURCES = fileURLToPath(new URL("./demo-pay", import.meta.url));

/** The files of a shipped version in a fixed order, paths with forward slashes. */
export function versionFiles(version, sourceDirectory = SOURCES) {
  const root = path.join(sourceDirectory, version);
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path
        .relative(root, path.join(entry.parentPath ?? entry.path, entry.name))
        .split(path.sep)
        .join("/"),
    )
    .sort()
    .map((name) => ({ path: name, bytes: readFileSync(path.join(root, name)) }));
}

/** The versions of demo-pay that exist here, oldest first. */
export function packableVersions(sourceDirectory = SOURCES) {
  return readdirSync(sourceDirectory).sort();
}

/**
 * Packs one version of demo-pay as it ships.
 * @param {string} version for example "1.2.3"
 * @param {string} [sourceDirectory] folder of the versions; a bundled caller passes it, since a bundle lies elsewhere than this file
 * @returns {{ bytes: Buffer, sha256: string, length: number, manifest: object }} the same bytes for the same sources, always
 * @throws when there is no such version, or when its plugin.json speaks of another
 */
export function packVersion(version, sourceDirectory = SOURCES) {
  const files = versionFiles(version, sourceDirectory);
  const plugin = JSON.parse(files.find((file) => file.path === "plugin.json").bytes.toString("utf8"));
  if (plugin.version !== version) throw new Error(`plugin.json of ${version} says ${plugin.version}`);
  const bytes = writeTarGzip(files);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const manifest = {
    plugin_key: plugin.name,
    version,
    sha256,
    length: bytes.length,
    min_platform: null,
    min_runtime: "node 20",
    schema_effect: "none",
    smoke_tests: [plugin.smoke],
  };
  return { bytes, sha256, length: bytes.length, manifest };
}

// By name: within a bundle, every module has the address of the whole.
if (path.basename(process.argv[1] ?? "") === "pack.mjs") {
  const [version, target] = process.argv.slice(2);
  if (!version || !target) {
    console.error("usage: node pack.mjs <version> <target.tar.gz>");
    process.exit(2);
  }
  const { bytes, manifest } = packVersion(version);
  writeFileSync(target, bytes);
  console.log(JSON.stringify(manifest));
}
