import net from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("\r\n0\r\n\r\n");

/**
 * One HTTP/1.1 connection to this machine, one request at a time. It knows just enough of HTTP to see where an answer ends, so that the
 * load costs as little as possible beside what is measured.
 */
export class KeepAliveClient {
  /** @type {net.Socket | null} */ #socket = null;
  /** @type {Buffer} */ #received = Buffer.alloc(0);
  /** @type {((answer: { status: number, body: string }) => void) | null} */ #resolve = null;
  /** @type {((error: Error) => void) | null} */ #reject = null;

  /** @param {number} port of 127.0.0.1 */
  constructor(port) {
    this.port = port;
  }

  get isIdle() {
    return this.#resolve === null;
  }

  /**
   * @param {string} message the whole request as it goes over the wire
   * @returns {Promise<{ status: number, body: string }>} rejects when the connection breaks; the next request opens a new one
   */
  send(message) {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#open().write(message);
    });
  }

  close() {
    this.#socket?.destroy();
  }

  #open() {
    if (this.#socket) return this.#socket;
    const socket = net.connect(this.port, "127.0.0.1");
    socket.setNoDelay(true);
    socket.on("data", (part) => this.#take(part));
    socket.on("error", () => undefined);
    socket.on("close", () => this.#lose());
    this.#socket = socket;
    return socket;
  }

  #lose() {
    this.#socket = null;
    this.#received = Buffer.alloc(0);
    const reject = this.#reject;
    this.#resolve = null;
    this.#reject = null;
    reject?.(new Error("the connection broke"));
  }

  /** @param {Buffer} part */
  #take(part) {
    this.#received = this.#received.length === 0 ? part : Buffer.concat([this.#received, part]);
    const answer = readAnswer(this.#received);
    if (!answer) return;
    this.#received = Buffer.alloc(0);
    const resolve = this.#resolve;
    this.#resolve = null;
    this.#reject = null;
    resolve?.(answer);
  }
}

/**
 * @param {Buffer} bytes everything received since the request
 * @returns {{ status: number, body: string } | null} null while some of it is missing
 */
function readAnswer(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return null;
  const head = bytes.toString("latin1", 0, headEnd);
  const bodyStart = headEnd + HEAD_END.length;
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  if (length !== undefined ? bytes.length < bodyStart + Number(length) : !endsWith(bytes, LAST_CHUNK)) return null;
  return { status: Number(head.slice(9, 12)), body: bytes.toString("utf8", bodyStart) };
}

/** @param {Buffer} bytes @param {Buffer} end */
function endsWith(bytes, end) {
  return bytes.length >= end.length && bytes.compare(end, 0, end.length, bytes.length - end.length) === 0;
}
