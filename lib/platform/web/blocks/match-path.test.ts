import { expect, test } from "vitest";
import { exportTypeOf } from "./exports";
import { matchesPath } from "./match-path";

test.each([
  ["/api/ops/plugins", "/api/ops/plugins", true],
  ["/api/ops/plugins", "/api/ops/plugins/1", false],
  ["/api/ops/plugins/[id]", "/api/ops/plugins/0190", true],
  ["/api/ops/plugins/[id]", "/api/ops/plugins/", false],
  ["/api/ops/plugins/[id]/stream", "/api/ops/plugins/1/stream", true],
  ["/api/ops/plugins/[id]/stream", "/api/ops/plugins/1/series", false],
  ["/api/[...path]", "/api/a/b", true],
  ["/api/[...path]", "/api", false],
])("%s on %s: %j", (pattern, path, matches) => {
  expect(matchesPath(pattern, path)).toBe(matches);
});

test.each([
  ["text/csv; charset=utf-8", "text/csv"],
  ["text/markdown", "text/markdown"],
  ["application/x-ndjson", null],
  ["application/vnd.ms-excel", "application/vnd.ms-excel"],
  ["application/json", null],
  ["text/plain; version=0.0.4", null],
])("%s is a file to open: %j", (type, found) => {
  expect(exportTypeOf(new Headers({ "content-type": type }))).toBe(found);
});
