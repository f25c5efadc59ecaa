import { refuse } from "@/lib/kernel/refusal";

type Scalar =
  | "string"
  | "hex"
  | "bool"
  | "varint"
  | "zigzag"
  | "int64"
  | "fixed32"
  | "fixed64"
  | "sfixed64"
  | "double"
  | "packed fixed64"
  | "packed double"
  | "packed varint";

/** A field of a message: the name it has in OTLP's JSON, and what it holds. */
export interface Field {
  readonly name: string;
  readonly is: Scalar | (() => Message);
  readonly isList?: boolean;
}
/** A message's fields by their numbers; whatever is not here is passed over, as protobuf wants it. */
export type Message = ReadonlyMap<number, Field>;

/** How much one body may hold, whatever it claims. */
export interface ProtobufBounds {
  readonly depth: number;
  /** Fields and list items of all messages together. */
  readonly fields: number;
}

const text = new TextDecoder("utf-8", { fatal: true });

function reject(why: string): never {
  return refuse("unreadable", `Not acceptable protobuf: ${why}`);
}

/** Walks bytes once; every length is checked against what is there before anything is made of it. */
class Reader {
  private at: number;
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
    private readonly end: number,
  ) {
    this.at = start;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isDone(): boolean {
    return this.at >= this.end;
  }

  private take(length: number): number {
    const start = this.at;
    if (length > this.end - start) reject("it ends within a field");
    this.at = start + length;
    return start;
  }

  /** An unsigned number of up to 64 bits. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.take(1)] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return reject("a number longer than ten bytes");
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  fixed64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  fixed32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** What is framed by a length. */
  span(): { readonly start: number; readonly end: number } {
    const length = this.varint();
    if (length > BigInt(this.end - this.at)) reject("it ends within a field");
    const start = this.take(Number(length));
    return { start, end: this.at };
  }

  skip(wire: number): void {
    if (wire === 0) this.varint();
    else if (wire === 1) this.take(8);
    else if (wire === 2) this.span();
    else if (wire === 5) this.take(4);
    else reject("a group, or no wire type");
  }
}

const WIRE: Readonly<Record<Exclude<Scalar, `packed ${string}`>, number>> = {
  varint: 0,
  zigzag: 0,
  int64: 0,
  bool: 0,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
  string: 2,
  hex: 2,
  fixed32: 5,
};

class Decoder {
  private left: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly bounds: ProtobufBounds,
  ) {
    this.left = bounds.fields;
  }

  private spend(): void {
    this.left -= 1;
    if (this.left < 0) refuse("too-large", `The body holds more than ${this.bounds.fields} fields`);
  }

  private string(start: number, end: number): string {
    try {
      return text.decode(this.bytes.subarray(start, end));
    } catch {
      return reject("a text that is not UTF-8");
    }
  }

  private scalar(reader: Reader, is: keyof typeof WIRE): unknown {
    switch (is) {
      case "varint":
        return Number(BigInt.asIntN(64, reader.varint()));
      case "zigzag": {
        const value = reader.varint();
        return Number((value >> 1n) ^ -(value & 1n));
      }
      case "int64":
        return BigInt.asIntN(64, reader.varint()).toString();
      case "bool":
        return reader.varint() !== 0n;
      case "fixed64":
        return reader.fixed64().toString();
      case "sfixed64":
        return BigInt.asIntN(64, reader.fixed64()).toString();
      case "double":
        return reader.double();
      case "fixed32":
        return reader.fixed32();
      case "string":
      case "hex": {
        const { start, end } = reader.span();
        return is === "string" ? this.string(start, end) : Buffer.from(this.bytes.subarray(start, end)).toString("hex");
      }
    }
  }

  private packed(reader: Reader, is: "fixed64" | "double" | "varint", items: unknown[]): void {
    const { start, end } = reader.span();
    const inner = new Reader(this.bytes, start, end);
    while (!inner.isDone) {
      this.spend();
      items.push(this.scalar(inner, is));
    }
  }

  private put(into: Record<string, unknown>, field: Field, value: unknown): void {
    const items = into[field.name];
    if (!field.isList) into[field.name] = value;
    else if (Array.isArray(items)) items.push(value);
    else into[field.name] = [value];
  }

  private readPacked(reader: Reader, wire: number, field: Field, of: "fixed64" | "double" | "varint", into: Record<string, unknown>): void {
    if (wire === 2) {
      const known = into[field.name];
      const items: unknown[] = Array.isArray(known) ? known : [];
      // Added to, never copied: a list may come in as many segments as a body has room for.
      if (items !== known) into[field.name] = items;
      this.packed(reader, of, items);
    } else if (wire === WIRE[of]) {
      // Not packed after all: protobuf takes both.
      this.put(into, { ...field, isList: true }, this.scalar(reader, of));
    } else reader.skip(wire);
  }

  private readField(reader: Reader, wire: number, field: Field, into: Record<string, unknown>, depth: number): void {
    const { is } = field;
    if (typeof is === "function" && wire === 2) {
      const { start, end } = reader.span();
      this.put(into, field, this.message(is(), start, end, depth + 1));
    } else if (typeof is === "function") reader.skip(wire);
    else if (is.startsWith("packed "))
      this.readPacked(reader, wire, field, is.slice("packed ".length) as "fixed64" | "double" | "varint", into);
    else if (wire === WIRE[is as keyof typeof WIRE]) this.put(into, field, this.scalar(reader, is as keyof typeof WIRE));
    else reader.skip(wire);
  }

  message(message: Message, start: number, end: number, depth: number): Record<string, unknown> {
    if (depth > this.bounds.depth) reject(`nesting deeper than ${this.bounds.depth}`);
    const into: Record<string, unknown> = {};
    const reader = new Reader(this.bytes, start, end);
    while (!reader.isDone) {
      this.spend();
      const tag = reader.varint();
      const field = message.get(Number(tag >> 3n));
      const wire = Number(tag & 7n);
      if (field) this.readField(reader, wire, field, into, depth);
      else reader.skip(wire);
    }
    return into;
  }
}

/**
 * Reads a protobuf message into the object that OTLP's JSON has for it: names of its tables only, 64-bit numbers as text, bytes as hex.
 * Costs no more than its bytes: nothing is made before the bytes for it are there.
 *
 * @throws Refusal unreadable, too-large
 * Source: protobuf.dev, Encoding.
 */
export function decodeProtobuf(bytes: Uint8Array, message: Message, bounds: ProtobufBounds): Record<string, unknown> {
  return new Decoder(bytes, bounds).message(message, 0, bytes.length, 1);
}

function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  do {
    const more = left > 0x7f;
    bytes.push((left % 0x80) | (more ? 0x80 : 0));
    left = Math.floor(left / 0x80);
  } while (left > 0);
  return Buffer.from(bytes);
}

/** An export's answer: empty where all was taken, else how much was not and why (field 1: {1: count, 2: text}). */
export function encodePartialSuccess(rejected: number, why: string): Buffer {
  if (rejected === 0) return Buffer.alloc(0);
  const message = Buffer.from(why, "utf8");
  const inner = Buffer.concat([Buffer.from([0x08]), varintOf(rejected), Buffer.from([0x12]), varintOf(message.length), message]);
  return Buffer.concat([Buffer.from([0x0a]), varintOf(inner.length), inner]);
}
