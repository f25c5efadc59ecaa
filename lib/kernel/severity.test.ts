import { expect, test } from "vitest";
import { graver, SEVERITIES, severityRank } from "./severity";

test("severities rank from low to critical, and the graver one wins either way round", () => {
  expect(SEVERITIES.map(severityRank)).toEqual([0, 1, 2, 3]);
  expect(graver("low", "high")).toBe("high");
  expect(graver("high", "low")).toBe("high");
  expect(graver("critical", "critical")).toBe("critical");
});
