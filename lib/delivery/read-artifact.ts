import { gunzipSync } from "node:zlib";
import { type ArchiveBounds, type ArchiveEntry, ArchiveError } from "@/lib/delivery/archive-entries";
import { readArchive } from "@/lib/delivery/read-archive";
import { readZip } from "@/lib/delivery/read-zip";
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

/**
 * Reads an artifact, zip or tar.gz, into its files and folders without writing anything.
 * @throws ArchiveError, saying what a vendor must change
 */
export function readArtifact(artifact: Uint8Array): readonly ArchiveEntry[] {
  return formatOf(artifact) === "zip" ? readZip(artifact, BOUNDS) : readArchive(decompress(artifact), BOUNDS);
}

function decompress(artifact: Uint8Array): Uint8Array {
  try {
    return gunzipSync(artifact, { maxOutputLength: TAR_BYTES });
  } catch (error) {
    const isZlib = error instanceof Error && "code" in error && /^(?:Z_|ERR_BUFFER_TOO_LARGE)/.test(String(error.code));
    if (!isZlib) throw error;
    throw new ArchiveError(`the archive is no zip and cannot be decompressed as tar.gz (${error.code})`);
  }
}
