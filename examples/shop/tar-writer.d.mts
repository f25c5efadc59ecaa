/** One entry of an archive; `type` is the ustar type flag, "0" (a file) unless set. */
export interface TarEntry {
  path: string;
  bytes: Buffer;
  type?: string;
  linkTarget?: string;
}

export function writeTar(entries: readonly TarEntry[]): Buffer;
export function writeTarGzip(entries: readonly TarEntry[]): Buffer;
