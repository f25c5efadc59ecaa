import { expect, test } from "vitest";
import { decodeProtobuf, type Message } from "./protobuf";

const BOUNDS = { depth: 4, fields: 10_000 };
const message: Message = new Map([[6, { name: "countedItems", is: "packed varint" }]]);
const segment = (...numbers: number[]) => [0x32, numbers.length, ...numbers];

/** Decodes, and counts how often the list was put into its message. */
function decodeCounting(bytes: Uint8Array): { readonly items: unknown; readonly puts: number } {
  let puts = 0;
  let items: unknown;
  const counting = {
    configurable: true,
    get: () => items,
    set(value: unknown) {
      puts += 1;
      items = value;
    },
  };
  Object.defineProperty(Object.prototype, "countedItems", counting);
  try {
    decodeProtobuf(bytes, message, BOUNDS);
  } finally {
    Reflect.deleteProperty(Object.prototype, "countedItems");
  }
  return { items, puts };
}

test.each<[string, number[], number[]]>([
  ["one segment", segment(1, 2), [1, 2]],
  ["an empty segment", segment(), []],
  ["several segments", [...segment(1), ...segment(), ...segment(2, 3)], [1, 2, 3]],
  ["not packed, then packed", [0x30, 1, ...segment(2), 0x30, 3], [1, 2, 3]],
])("a packed list as %s", (_name, bytes, items) => {
  expect(decodeProtobuf(new Uint8Array(bytes), message, BOUNDS)).toEqual({ countedItems: items });
});

test("a further segment is added to the list that is there: it is never copied", () => {
  const { items, puts } = decodeCounting(new Uint8Array(Array.from({ length: 3_000 }, () => segment(7)).flat()));
  expect(items).toHaveLength(3_000);
  expect(puts).toBe(1);
});
