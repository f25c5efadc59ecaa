import { expect, test } from "vitest";
import { promoteDigest, resumeDigest, startDigest } from "./rollout-digests";

const [ONE, OTHER] = ["0197a000-0000-7000-8000-000000000001", "0197a000-0000-7000-8000-000000000002"];

test("what is authorised is exactly one deed: no two of these are the same", () => {
  const digests = [
    startDigest(ONE),
    startDigest(OTHER),
    startDigest(ONE, [{ name: "whitelist", bakeSeconds: 0 }]),
    startDigest(ONE, [{ name: "whitelist", bakeSeconds: 60 }]),
    startDigest(ONE, [{ name: "fifth", bakeSeconds: 60 }]),
    startDigest(ONE, [{ name: "whitelist", bakeSeconds: 60, tolerance: 0.5 }]),
    promoteDigest(ONE, 0),
    promoteDigest(ONE, 1),
    promoteDigest(OTHER, 0),
    resumeDigest(ONE, 0),
    resumeDigest(ONE, 1),
  ];
  expect(new Set(digests).size).toBe(digests.length);
  expect(startDigest(ONE, [])).toBe(startDigest(ONE));
});
