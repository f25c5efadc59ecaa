export interface ArchiveEntry {
  path: string;
  kind: "file" | "folder";
  isExecutable: boolean;
  bytes: Buffer;
}
export class ArchiveError extends Error {}
/** Reads an unpacked tar into entries; throws ArchiveError on anything but plain files and folders inside the root. Pure. */
export function readArchive(tar: Buffer): ArchiveEntry[];
