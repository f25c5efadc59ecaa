import { describe, expect, test } from "vitest";
import { readSeries, scoreSeries, writeSeries } from "./score-series";

function textOf(csv: string): string {
  const rows = readSeries(csv);
  return writeSeries(rows, scoreSeries(rows));
}
const rowsOf = (csv: string) =>
  textOf(csv)
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
const minute = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
const lines = (values: readonly (number | string)[]) => values.map((value, index) => `${minute(index)},${value}`);
const values = Array.from({ length: 400 }, (_none, index) => (index === 300 || index === 301 ? 900 : 100 + ((index * 7) % 11)));
const plain = ["timestamp,value", ...lines(values)].join("\n");

describe("a file is one stream", () => {
  test("mirrored row by row, with an alarm where something is", () => {
    const rows = rowsOf(plain);
    expect(rows).toHaveLength(400);
    expect(rows[300]?.slice(0, 2)).toEqual([minute(300), "900"]);
    expect(rows.findIndex(([, , , alarm]) => alarm === "1")).toBe(300);
    expect(rows.every(([, , score]) => Number(score) >= 0 && Number(score) <= 1)).toBe(true);
  });

  test.each([
    ["CR LF and a trailing newline", `${plain.replaceAll("\n", "\r\n")}\r\n`],
    ["a byte order mark", `\uFEFF${plain}`],
    ["quotes", plain.replaceAll(/^([^,]+),(.+)$/gm, '"$1","$2"')],
    ["a column behind, which is never read", plain.replaceAll(/$/gm, ",1")],
    ["spaces around cells", plain.replaceAll(",", " , ")],
  ])("%s change nothing", (_name, csv) => {
    expect(textOf(csv)).toBe(textOf(plain));
  });

  test.each(["", "NaN", "nan", "inf", "-Infinity", "n/a"])("a value %j keeps its row and leaves the state untouched", (hole) => {
    const holed = [...values.slice(0, 200), hole, ...values.slice(200)];
    const stamps = [...Array(200).keys(), 200, ...Array.from({ length: 200 }, (_none, index) => 200 + index)];
    const rows = rowsOf(["t,v", ...holed.map((value, index) => `${minute(stamps[index] as number)},${value}`)].join("\n"));
    expect(rows[200]).toEqual([minute(200), hole, "0", "0"]);
    expect(rows.toSpliced(200, 1)).toEqual(rowsOf(plain));
  });

  test("no look-ahead: what was written of a beginning stays when more follows", () => {
    const beginning = ["timestamp,value", ...lines(values).slice(0, 350)].join("\n");
    expect(textOf(plain).startsWith(textOf(beginning))).toBe(true);
  });

  test("timestamps that repeat, go back or cannot be read keep the file's order", () => {
    const odd = ["t,v", `${minute(5)},1`, `${minute(5)},2`, `${minute(1)},3`, "yesterday,4", ",5"].join("\n");
    expect(readSeries(odd).map(({ isReadable }) => isReadable)).toEqual([true, true, true, false, false]);
    expect(rowsOf(odd).map(([, value]) => value)).toEqual(["1", "2", "3", "4", "5"]);
  });

  test.each([
    ["2018-06-19 00:30:00", "2018-06-19T00:30:00Z"],
    ["2018-06-19T00:30:00", "1529368200"],
    ["2018-06-19T02:30:00+02:00", "1529368200000"],
  ])("%s means what %s means", (one, other) => {
    const at = (stamp: string) => ["t,v", `${stamp},1`, ...lines(values), `${stamp},2`, `${stamp},50`].join("\n");
    const scores = (csv: string) => rowsOf(csv).map((row) => row.slice(1));
    expect(scores(at(one))).toEqual(scores(at(other)));
  });

  test.each(["", "timestamp,value", "timestamp,value\n"])("a file without rows (%j) has its header alone", (csv) => {
    expect(textOf(csv)).toBe("timestamp,value,anomaly_score,alarm\n");
  });
});
