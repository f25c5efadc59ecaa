import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { type ArchiveEntry, ArchiveError, readArchive } from "@/lib/delivery/read-archive";
import { LIMITS } from "@/lib/platform/limits";

/** An artifact that was opened and found sound, held in memory. */
export interface PluginPackage {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  /** Path of its smoke tests, null when it ships none. */
  readonly smoke: string | null;
  readonly entries: readonly ArchiveEntry[];
}

const pluginFileSchema = z.looseObject({
  name: z.string().min(1).max(100),
  version: z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+][0-9A-Za-z.-]{1,64})?$/),
  main: z.string().min(1),
  smoke: z.string().min(1).optional(),
});

/** Room for headers, padding and the end marker on top of the content. */
const TAR_BYTES = LIMITS.archiveUnpackedBytes + LIMITS.archiveEntries * 1_536 + 10_240;

/**
 * Opens a tar.gz artifact without writing anything.
 * @throws ArchiveError, saying what a vendor must change
 */
export function openPackage(artifact: Buffer): PluginPackage {
  const entries = readArchive(decompress(artifact), {
    unpackedBytes: LIMITS.archiveUnpackedBytes,
    entries: LIMITS.archiveEntries,
    pathBytes: LIMITS.archivePathBytes,
    depth: LIMITS.archiveDepth,
    headerBytes: LIMITS.archiveHeaderBytes,
  });
  const text = fileOf(entries, "plugin.json");
  if (!text) throw new ArchiveError("plugin.json is missing");
  const plugin = pluginFileSchema.safeParse(parseJson(text));
  if (!plugin.success) throw new ArchiveError(`plugin.json: ${plugin.error.issues[0]?.path.join(".")} ${plugin.error.issues[0]?.message}`);
  const { name, version, main, smoke = null } = plugin.data;
  for (const file of smoke === null ? [main] : [main, smoke]) {
    if (!fileOf(entries, file)) throw new ArchiveError(`plugin.json names ${JSON.stringify(file)}, which the archive does not hold`);
  }
  return { name, version, main, smoke, entries };
}

function fileOf(entries: readonly ArchiveEntry[], path: string): Uint8Array | null {
  return entries.find((entry) => entry.kind === "file" && entry.path === path)?.bytes ?? null;
}

function decompress(artifact: Buffer): Buffer {
  try {
    return gunzipSync(artifact, { maxOutputLength: TAR_BYTES });
  } catch (error) {
    throw new ArchiveError(`the archive cannot be decompressed (${(error as NodeJS.ErrnoException).code})`);
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new ArchiveError("plugin.json is no JSON");
  }
}
