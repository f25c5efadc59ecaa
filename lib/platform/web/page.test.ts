import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor, pageOf, pageParameters, wordsParameter } from "./page";

const query = z.strictObject(pageParameters);

test("a cursor comes back as the place it was made from", () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") }), fc.uuid(), (at, id) => {
      expect(decodeCursor(encodeCursor({ at, id }))).toEqual({ at, id });
    }),
  );
});

test.each(["", "x", "e30", Buffer.from('["2026-01-01", 1]').toString("base64url"), "!".repeat(200)])("%j is no cursor", (cursor) => {
  expect(query.safeParse({ cursor }).success).toBe(false);
});

test.each(["0", "201", "-1", "1e9", "1.5", "", " 5", "five", 'id";--', "constructor"])("limit %j is refused", (limit) => {
  expect(query.safeParse({ limit }).success).toBe(false);
});

test("a list has its limit and no other parameter", () => {
  expect(query.parse({})).toEqual({ limit: 50 });
  expect(query.parse({ limit: "200" })).toEqual({ limit: 200 });
  expect(query.safeParse({ sort: "id" }).success).toBe(false);
});

test.each([
  ["open", ["open"]],
  ["open,closed", ["open", "closed"]],
  ["", null],
  ["open,", null],
  ["open,constructor", null],
])("words %j", (given, expected) => {
  const parsed = wordsParameter(["open", "closed"]).safeParse(given);
  expect(parsed.success ? parsed.data : null).toEqual(expected);
});

test("one row more than the limit means another page, from the last one shown", () => {
  const rows = [3, 2, 1].map((second) => ({ at: new Date(second * 1_000), id: `00000000-0000-7000-8000-00000000000${second}` }));
  const page = (limit: number) =>
    pageOf(
      rows,
      limit,
      ({ id }) => id.at(-1),
      (row) => row,
    );
  expect(page(3)).toEqual({ items: ["3", "2", "1"], next_cursor: null });
  expect(page(2).items).toEqual(["3", "2"]);
  expect(decodeCursor(page(2).next_cursor ?? "")).toEqual(rows[1]);
});
