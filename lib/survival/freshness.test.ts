import { expect, test } from "vitest";
import { type Signs, staleParts } from "./freshness";

const WELL: Signs = { isWebReady: true, scanSeconds: 30, unsealedSeconds: 1, uncoveredSeconds: 40 };

test.each<[string, Partial<Signs>, string[]]>([
  ["everything", {}, []],
  ["a web that does not answer", { isWebReady: false }, ["web"]],
  ["a scan that never was", { scanSeconds: null }, ["scan"]],
  ["a scan of long ago", { scanSeconds: 121 }, ["scan"]],
  ["a scan just in time", { scanSeconds: 120 }, []],
  ["entries that nobody seals", { unsealedSeconds: 61 }, ["audit_seal"]],
  ["entries that nobody vouches for", { uncoveredSeconds: 181 }, ["audit_checkpoint"]],
  [
    "nothing at all",
    { isWebReady: false, scanSeconds: null, unsealedSeconds: 1e9, uncoveredSeconds: 1e9 },
    ["web", "scan", "audit_seal", "audit_checkpoint"],
  ],
])("%s -> %j %j", (_what, change, stale) => {
  expect(staleParts({ ...WELL, ...change })).toEqual(stale);
});
