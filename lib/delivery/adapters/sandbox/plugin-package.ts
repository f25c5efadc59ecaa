import { z } from "zod";
import { type ArchiveEntry, ArchiveError } from "@/lib/delivery/archive/archive-entries";
import { formatOf, readArtifact } from "@/lib/delivery/archive/read-artifact";
import { gunzip, inflate } from "@/lib/platform/web/unpack-bytes";

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

/**
 * Opens an artifact without writing anything. A zip is for PHP: agents beside other plugins would not unpack it.
 * @throws ArchiveError, saying what a vendor must change
 */
export function openPackage(artifact: Buffer): PluginPackage {
  const entries = readArtifact(artifact, { gunzip, inflate });
  const text = fileOf(entries, "plugin.json");
  if (!text) throw new ArchiveError("plugin.json is missing");
  const plugin = pluginFileSchema.safeParse(parseJson(text));
  if (!plugin.success) throw new ArchiveError(`plugin.json: ${plugin.error.issues[0]?.path.join(".")} ${plugin.error.issues[0]?.message}`);
  const { name, version, main, smoke = null } = plugin.data;
  for (const file of smoke === null ? [main] : [main, smoke]) {
    if (!fileOf(entries, file)) throw new ArchiveError(`plugin.json names ${JSON.stringify(file)}, which the archive does not hold`);
  }
  if (formatOf(artifact) === "zip" && runtimeOf(main) !== "php") throw new ArchiveError("a zip is for PHP; other plugins come as tar.gz");
  return { name, version, main, smoke, entries };
}

/** What runs a script: PHP by its name, else Node. */
export function runtimeOf(script: string): "php" | "node" {
  return script.endsWith(".php") ? "php" : "node";
}

function fileOf(entries: readonly ArchiveEntry[], path: string): Uint8Array | null {
  return entries.find((entry) => entry.kind === "file" && entry.path === path)?.bytes ?? null;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new ArchiveError("plugin.json is no JSON");
  }
}
