import { createHash } from "node:crypto";
import { canonicalJson } from "../canonical-json.mjs";
import { MODULE_LIMITS } from "../limits.mjs";

/**
 * Cuts rows into chunks where their contents say so, not where a count does: a row that comes or goes changes the chunk it lies in, and those
 * after it stay the ones that were saved before. One line a row: `[part, row]` as canonical JSON.
 */
export class RowChunks {
  #onChunk;
  /** @type {string[]} */
  #lines = [];
  #bytes = 0;
  #whole = createHash("sha256");
  total = { chunks: 0, rows: 0, bytes: 0 };

  /** @param {(chunk: { position: number, content: string, rows: number }) => void | Promise<void>} onChunk */
  constructor(onChunk) {
    this.#onChunk = onChunk;
  }

  /** @param {string} part which table or collection @param {Iterable<unknown>} rows JSON values, in an order that is always the same */
  async write(part, rows) {
    for (const row of rows) {
      const line = `${canonicalJson([part, row])}\n`;
      const length = Buffer.byteLength(line);
      if (length > MODULE_LIMITS.snapshotChunkBytes) throw new RangeError(`a row of ${part} has ${length} bytes, too many for a chunk`);
      if (this.#bytes + length > MODULE_LIMITS.snapshotChunkBytes) await this.#cut();
      this.#lines.push(line);
      this.#bytes += length;
      if (this.#bytes >= MODULE_LIMITS.snapshotChunkFloor && isBoundary(line)) await this.#cut();
    }
  }

  /** @returns {Promise<{ chunks: number, rows: number, bytes: number, digest: string }>} digest: SHA-256 over everything, in hex */
  async end() {
    if (this.#lines.length > 0) await this.#cut();
    return { ...this.total, digest: this.#whole.digest("hex") };
  }

  async #cut() {
    const [content, rows] = [this.#lines.join(""), this.#lines.length];
    const position = this.total.chunks;
    this.total = { chunks: position + 1, rows: this.total.rows + rows, bytes: this.total.bytes + this.#bytes };
    [this.#lines, this.#bytes] = [[], 0];
    this.#whole.update(content);
    await this.#onChunk({ position, content, rows });
  }
}

/** About every two thousandth row ends a chunk, the same ones every time. @param {string} line */
function isBoundary(line) {
  return (createHash("sha256").update(line).digest().readUInt16BE(0) & 0x7ff) === 0;
}
