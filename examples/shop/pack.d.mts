/** What is published beside the bytes of a release. `length` in bytes, `sha256` as lower-case hex. */
export interface ReleaseManifest {
  plugin_key: string;
  version: string;
  sha256: string;
  length: number;
  min_platform: string | null;
  min_runtime: string | null;
  schema_effect: "none" | "reversible" | "irreversible";
  smoke_tests: string[];
}

export interface PackedVersion {
  bytes: Buffer;
  sha256: string;
  length: number;
  manifest: ReleaseManifest;
}

export function packVersion(version: string, sourceDirectory?: string): PackedVersion;
export function packableVersions(sourceDirectory?: string): string[];
export function versionFiles(version: string, sourceDirectory?: string): { path: string; bytes: Buffer }[];
