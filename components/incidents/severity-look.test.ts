import { expect, test } from "vitest";
import { SEVERITIES } from "@/lib/kernel/severity";
import { severityLook } from "./severity-look";

test("no two severities share a shape, so that colour is never all there is", () => {
  const shapes = SEVERITIES.map((severity) => severityLook(severity).shape);
  expect(new Set(shapes).size).toBe(SEVERITIES.length);
});

test.each([
  ["critical", "octagon"],
  ["high", "triangle"],
  ["medium", "diamond"],
  ["low", "circle"],
] as const)("%s is a %s", (severity, shape) => {
  expect(severityLook(severity).shape).toBe(shape);
});
