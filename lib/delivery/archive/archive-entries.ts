/** One regular file or folder of an archive; `bytes` is a view, not a copy. */
export interface ArchiveEntry {
  readonly path: string;
  readonly kind: "file" | "folder";
  readonly isExecutable: boolean;
  readonly bytes: Uint8Array;
}

/** Largest acceptable archive: unpacked bytes, entries, bytes of one path, folders deep, bytes of one extended header. */
export interface ArchiveBounds {
  readonly unpackedBytes: number;
  readonly entries: number;
  readonly pathBytes: number;
  readonly depth: number;
  readonly headerBytes: number;
}

/** Why an archive is not acceptable, for the vendor who packed it. */
export class ArchiveError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ArchiveError";
  }
}

/** Characters that mean something to a shell, a terminal or another system's paths. */
const UNSAFE_CHARACTER = /[\p{Cc}\p{Bidi_Control}\\:*?"<>|]/u;

/**
 * Checks one path of an archive and cleans it of "./" in front and a folder's slash behind.
 * @returns null for the root itself
 * @throws ArchiveError
 */
export function checkEntryPath(path: string, kind: ArchiveEntry["kind"], bounds: ArchiveBounds): string | null {
  const withoutStart = path.replace(/^(?:\.\/)+/, "");
  const clean = kind === "folder" ? withoutStart.replace(/\/$/, "") : withoutStart;
  if (kind === "folder" && withoutStart !== "/" && (clean === "" || clean === ".")) return null;
  const problem = pathProblem(clean, bounds);
  if (problem) throw new ArchiveError(`${problem}: ${JSON.stringify(path.slice(0, 80))}`);
  return clean;
}

function pathProblem(path: string, bounds: ArchiveBounds): string | null {
  if (UNSAFE_CHARACTER.test(path)) return "unsafe character in path";
  if (path.startsWith("/")) return "absolute path";
  if (new TextEncoder().encode(path).length > bounds.pathBytes) return "path too long";
  const segments = path.split("/");
  if (segments.length > bounds.depth) return "path too deep";
  if (segments.includes("..")) return "path leaves the archive";
  if (segments.some((segment) => segment === "" || segment === ".")) return "path with an empty segment";
  return segments.some((segment) => /[. ]$/.test(segment)) ? "path segment ends in a dot or space" : null;
}

/** Adds an entry unless it collides as the most forgiving file system compares: without case, in one Unicode form. */
export function addEntry(entries: Map<string, ArchiveEntry>, entry: ArchiveEntry): void {
  const folded = entry.path.normalize("NFKC").toLowerCase();
  const existing = entries.get(folded);
  const isSameFolder = existing?.kind === "folder" && entry.kind === "folder" && existing.path === entry.path;
  if (existing && !isSameFolder) throw new ArchiveError(`duplicate entry ${JSON.stringify(entry.path)}`);
  for (let slash = folded.indexOf("/"); slash > 0; slash = folded.indexOf("/", slash + 1)) {
    if (entries.get(folded.slice(0, slash))?.kind === "file") throw new ArchiveError(`${JSON.stringify(entry.path)} lies inside a file`);
  }
  if (entry.kind === "file" && [...entries.keys()].some((path) => path.startsWith(`${folded}/`))) {
    throw new ArchiveError(`file ${JSON.stringify(entry.path)} stands where a folder is`);
  }
  entries.set(folded, entry);
}
