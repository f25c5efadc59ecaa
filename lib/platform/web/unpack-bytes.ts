import { gunzipSync, inflateRawSync } from "node:zlib";

/** Unpacks what was deflated, to at most `most` bytes; null for what is damaged, longer, or followed by something else. */
type Unpack = (packed: Uint8Array, most: number) => Uint8Array | null;

/** gzip, as around a tar. */
export const gunzip: Unpack = (packed, most) => orNull(() => gunzipSync(packed, { maxOutputLength: most }));

/** Deflate without any wrapping, as in a zip. */
export const inflate: Unpack = (packed, most) =>
  orNull(() => {
    // With `info` it also says how much it has read, which the type declarations do not know.
    const options = { maxOutputLength: Math.max(1, most), info: true };
    const { buffer, engine } = inflateRawSync(packed, options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === packed.length ? buffer : null;
  });

function orNull(unpack: () => Uint8Array | null): Uint8Array | null {
  try {
    return unpack();
  } catch (error) {
    if (error instanceof Error && "code" in error && /^(?:Z_|ERR_BUFFER_TOO_LARGE)/.test(String(error.code))) return null;
    throw error;
  }
}
