import { type ArchiveBounds, type ArchiveEntry, ArchiveError } from "@/lib/delivery/archive/archive-entries";
import { readArchive } from "@/lib/delivery/archive/read-archive";
import { type Inflate, readZip } from "@/lib/delivery/archive/read-zip";
import { LIMITS } from "@/lib/platform/limits";

/** What agents unpack: PHP's both, the supervisor only tar.gz. */
export type ArtifactFormat = "zip" | "tar.gz";

const BOUNDS: ArchiveBounds = {
  unpackedBytes: LIMITS.archiveUnpackedBytes,
  entries: LIMITS.archiveEntries,
  pathBytes: LIMITS.archivePathBytes,
  depth: LIMITS.archiveDepth,
  headerBytes: LIMITS.archiveHeaderBytes,
};
/** Room for headers, padding and the end marker on top of the content. */
const TAR_BYTES = LIMITS.archiveUnpackedBytes + LIMITS.archiveEntries * 1_536 + 10_240;
const ZIP_START = [0x50, 0x4b, 0x03, 0x04];

/** By its first bytes, as agents tell them apart. */
export function formatOf(artifact: Uint8Array): ArtifactFormat {
  return ZIP_START.every((byte, at) => artifact[at] === byte) ? "zip" : "tar.gz";
}

/** How bytes are unpacked (platform/web/unpack-bytes.ts). */
export interface Unpackers {
  readonly gunzip: Inflate;
  readonly inflate: Inflate;
}

/**
 * Reads an artifact, zip or tar.gz, into its files and folders without writing anything.
 * @throws ArchiveError, saying what a vendor must change
 */
export function readArtifact(artifact: Uint8Array, { gunzip, inflate }: Unpackers): readonly ArchiveEntry[] {
  if (formatOf(artifact) === "zip") return readZip(artifact, BOUNDS, inflate);
  const tar = gunzip(artifact, TAR_BYTES);
  if (!tar) throw new ArchiveError("the archive is no zip, and as tar.gz it cannot be decompressed");
  return readArchive(tar, BOUNDS);
}
