import { describe, expect, test } from "vitest";
import type { Why } from "./reasons";
import { RefusalNotes, type Refused } from "./refusal-notes";

const AT = new Date("2026-11-21T10:00:00.000Z");
const refused = (why: Why | "unknown", given: Partial<Refused> = {}): Refused => ({
  pluginId: "a",
  route: "heartbeat",
  why,
  status: 401,
  code: "ERR_UNAUTHENTICATED",
  errors: [],
  skewSeconds: null,
  traceId: "1",
  at: AT,
  ...given,
});
const wrong = (path: string, pluginId = "a") => refused("schema", { pluginId, errors: [{ path, message: "wrong" }] });
const make = (bounds = {}) => new RefusalNotes({ proven: 10, unproven: 3, perPlugin: 2, ...bounds });

describe("a flood", () => {
  test("of one mistake is one note that counts, with the first time and the newest trace", () => {
    const notes = make();
    const later = new Date(AT.getTime() + 1_000);
    for (let sent = 0; sent < 999; sent += 1) notes.add(refused("signature"));
    notes.add(refused("signature", { at: later, traceId: "2" }));
    expect(notes.take()).toMatchObject([{ count: 1_000, firstAt: AT, at: later, traceId: "2" }]);
  });

  test("in other plugins' names takes no room from what plugins signed", () => {
    const notes = make();
    for (let made = 0; made < 1_000; made += 1) notes.add(refused("stale", { pluginId: `made-up-${made}` }));
    expect(notes.add(wrong("data.seq"))).toBe(true);
    expect(notes.take().map(({ why }) => why)).toEqual(["schema", "stale", "stale", "stale"]);
  });

  test("of ever new paths is folded into one note without paths", () => {
    const notes = make();
    for (let made = 0; made < 1_000; made += 1) notes.add(wrong(`data.field_${made}`));
    expect(notes.take().map(({ key, count }) => [key, count])).toEqual([
      ["schema heartbeat data.field_0", 1],
      ["schema heartbeat data.field_1", 1],
      ["schema heartbeat", 998],
    ]);
  });
});

test("what anybody may send carries no paths of theirs", () => {
  const notes = make();
  notes.add(refused("signature", { errors: [{ path: "data.<script>", message: "x" }] }));
  expect(notes.take()).toMatchObject([{ key: "signature heartbeat", errors: [] }]);
});

test("equal paths with other values are one mistake, other paths another", () => {
  const notes = make();
  for (const path of ["data.seq", "data.seq", "data.boot_id"]) notes.add(wrong(path));
  expect(notes.take().map(({ count }) => count)).toEqual([2, 1]);
});

test("what was taken is not there again, and there is room anew", () => {
  const notes = make({ unproven: 1 });
  expect([notes.add(refused("stale")), notes.add(refused("headers"))]).toEqual([true, false]);
  expect([notes.take().length, notes.size, notes.add(refused("headers"))]).toEqual([1, 0, true]);
});
