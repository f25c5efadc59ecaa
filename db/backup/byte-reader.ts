import { BackupError } from "./backup-error";

/** Reads exact counts of bytes from a stream and holds no more than one of them and one chunk. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    return true;
  }

  /** @throws BackupError when the stream ends before */
  async read(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      if (!(await this.#more())) throw new BackupError("this backup is cut off");
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /**
   * @returns a line with its line break
   * @throws BackupError when there is none within so many bytes
   */
  async readLine(mostBytes: number): Promise<Buffer> {
    for (;;) {
      const end = this.#held.indexOf(10);
      if (end >= 0) return this.read(end + 1);
      if (this.#held.length > mostBytes || !(await this.#more()))
        throw new BackupError("this file is no backup of a Center, or it is cut off");
    }
  }

  /** Whether nothing follows. */
  async isAtEnd(): Promise<boolean> {
    while (this.#held.length === 0) {
      if (!(await this.#more())) return true;
    }
    return false;
  }
}
