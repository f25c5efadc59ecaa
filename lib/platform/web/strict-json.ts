import { isUtf8 } from "node:buffer";
import type { Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

export interface JsonBounds {
  readonly depth: number;
  /** Members of all objects together. */
  readonly keys: number;
  /** UTF-8 bytes of one string, keys included, escapes counted as what they stand for. */
  readonly stringBytes: number;
}

const DEFAULT_BOUNDS: JsonBounds = { depth: LIMITS.jsonDepth, keys: LIMITS.jsonKeys, stringBytes: LIMITS.jsonStringBytes };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const UNICODE_ESCAPE = 0x75;

function reject(why: string): never {
  refuse("unreadable", `Not acceptable JSON: ${why}`);
}

/**
 * Reads JSON that means the same to everyone who reads it, and costs no more than its bytes.
 *
 * Refused besides what is not JSON: invalid UTF-8, a byte order mark, NUL, lone surrogates (escaped too), a key twice in
 * one object, the key `__proto__`, numbers beyond ±(2^53 - 1), and whatever exceeds the bounds.
 *
 * @throws Refusal `unreadable`; one pass over the text, then JSON.parse
 */
export function strictJson(bytes: Uint8Array, bounds: Partial<JsonBounds> = {}): Json {
  if (bytes.length === 0) reject("it is empty");
  if (!isUtf8(bytes)) reject("invalid UTF-8");
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  if (text.charCodeAt(0) === 0xfeff) reject("it starts with a byte order mark");
  new Scan(text, { ...DEFAULT_BOUNDS, ...bounds }).run();
  try {
    return JSON.parse(text) as Json;
  } catch {
    // V8's message quotes the input, which must not come back to the caller.
    return reject("syntax");
  }
}

/** Walks the text once. It judges only what JSON.parse would let through; grammar stays with JSON.parse. */
class Scan {
  private readonly text: string;
  private readonly bounds: JsonBounds;
  private at = 0;
  private keyCount = 0;
  private expectsKey = false;
  /** One entry for each open object (its keys so far) or array (null). */
  private readonly open: (Set<string> | null)[] = [];

  constructor(text: string, bounds: JsonBounds) {
    this.text = text;
    this.bounds = bounds;
  }

  run(): void {
    const { text } = this;
    while (this.at < text.length) {
      const unit = text.charCodeAt(this.at);
      if (unit === QUOTE) this.string();
      else if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) this.number();
      else this.mark(unit);
    }
  }

  private mark(unit: number): void {
    if (unit === 0x7b) this.enter(new Set());
    else if (unit === 0x5b) this.enter(null);
    else if (unit === 0x7d || unit === 0x5d) {
      this.open.pop();
      this.expectsKey = false;
    } else if (unit === 0x2c) this.expectsKey = this.isInObject();
    else if (unit === 0) reject("NUL");
    this.at += 1;
  }

  private isInObject(): boolean {
    return this.open.length > 0 && this.open[this.open.length - 1] !== null;
  }

  private enter(keys: Set<string> | null): void {
    this.open.push(keys);
    if (this.open.length > this.bounds.depth) reject(`nesting deeper than ${this.bounds.depth}`);
    this.expectsKey = keys !== null;
  }

  private number(): void {
    const { text } = this;
    const start = this.at;
    let isPlain = true;
    let unit = text.charCodeAt(this.at);
    while (unit === 0x2d || unit === 0x2b || unit === 0x2e || unit === 0x45 || unit === 0x65 || (unit >= 0x30 && unit <= 0x39)) {
      if (unit === 0x45 || unit === 0x65) isPlain = false;
      this.at += 1;
      unit = text.charCodeAt(this.at);
    }
    // Fifteen digits without an exponent cannot exceed 2^53.
    if (isPlain && this.at - start <= 15) return;
    if (Math.abs(Number(text.slice(start, this.at))) > Number.MAX_SAFE_INTEGER) reject("a number beyond 2^53");
  }

  private string(): void {
    const { text } = this;
    const start = this.at;
    let size = 0;
    let hasEscape = false;
    // Most of every body is text: a place of its own is quicker than a member, and an escape of one letter needs no call.
    let at = start + 1;
    for (;;) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) break;
      if (unit === BACKSLASH) {
        hasEscape = true;
        if (text.charCodeAt(at + 1) === UNICODE_ESCAPE) {
          this.at = at;
          size += this.escape();
          at = this.at;
        } else {
          at += 2;
          size += 1;
        }
      } else if (unit < 0x20 || Number.isNaN(unit)) reject(unit === 0 ? "NUL" : "a control character or an open string");
      else {
        // A surrogate pair is four bytes, two for each half; valid UTF-8 has no lone one.
        size += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
        at += 1;
      }
    }
    this.at = at + 1;
    if (size > this.bounds.stringBytes) reject(`a string longer than ${this.bounds.stringBytes} bytes`);
    if (this.expectsKey) this.key(start, hasEscape);
  }

  /** Steps over one escape, or over two that form a surrogate pair; returns the bytes it stands for. */
  private escape(): number {
    const unit = this.escapedUnit(this.at);
    if (unit === null) {
      this.at += 2;
      return 1;
    }
    this.at += 6;
    if (unit === 0) reject("NUL");
    if ((unit & 0xf800) !== 0xd800) return unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    const next = this.escapedUnit(this.at);
    if (unit >= 0xdc00 || next === null || (next & 0xfc00) !== 0xdc00) reject("a lone surrogate");
    this.at += 6;
    return 4;
  }

  /** The code unit of a \uXXXX at this place, or null when there is no such escape. */
  private escapedUnit(at: number): number | null {
    if (this.text.charCodeAt(at) !== BACKSLASH || this.text.charCodeAt(at + 1) !== UNICODE_ESCAPE) return null;
    const digits = this.text.slice(at + 2, at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) reject("syntax");
    return Number.parseInt(digits, 16);
  }

  private key(start: number, hasEscape: boolean): void {
    const keys = this.open[this.open.length - 1];
    if (!keys) return;
    const key = hasEscape ? this.unescape(start) : this.text.slice(start + 1, this.at - 1);
    if (key === "__proto__") reject("the key __proto__");
    if (keys.has(key)) reject("the same key twice");
    keys.add(key);
    this.keyCount += 1;
    if (this.keyCount > this.bounds.keys) reject(`more than ${this.bounds.keys} keys`);
    this.expectsKey = false;
  }

  private unescape(start: number): string {
    try {
      return JSON.parse(this.text.slice(start, this.at)) as string;
    } catch {
      return reject("syntax");
    }
  }
}
