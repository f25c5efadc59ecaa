import { expect, test } from "vitest";
import { codesNamed, ladderOf } from "../ladders";

const SPIKE = "5 of 22 requests failed in cache within two minutes (22.7 %).";

test.each([
  ["its own words", "1 entries do not match (ERR_CACHE_CORRUPT).", [], ["ERR_CACHE_CORRUPT"]],
  ["a check's words", SPIKE, [{ label: "checksums_match", value: "1 entries (ERR_CACHE_CORRUPT)" }], ["ERR_CACHE_CORRUPT"]],
  ["a code that was counted", SPIKE, [{ label: "ERR_CACHE_CORRUPT", value: "5" }], ["ERR_CACHE_CORRUPT"]],
  ["both, each once", "ERR_QUEUE_FULL", [{ label: "ERR_QUEUE_FULL", value: "WARN_LATE" }], ["ERR_QUEUE_FULL", "WARN_LATE"]],
  ["nothing", SPIKE, [{ label: "error_rate", value: "0.2273" }], []],
])("codes of an incident are read from %s", (_where, explain, evidence, codes) => {
  expect(codesNamed({ explain, evidence })).toEqual(codes);
});

test("failed requests that name a corrupt cache ask for its cure, whatever else their type would have tried", () => {
  const codes = codesNamed({ explain: SPIKE, evidence: [{ label: "ERR_CACHE_CORRUPT", value: "5" }] });
  expect(ladderOf("data_invalid", codes)).toEqual(["purge_cache", "degrade"]);
});
