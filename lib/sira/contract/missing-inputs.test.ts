import { expect, test } from "vitest";
import { missingInputs } from "@/lib/sira/contract/missing-inputs";
import { siraRequest } from "@/test/fixtures/sira-request";

test("the specification's example lacks nothing", () => expect(missingInputs(siraRequest())).toEqual([]));

test.each([
  ["a finding without a value", siraRequest({ incident: { value: Number.NaN } }), "no value"],
  ["nothing reported", siraRequest({ incident: { telemetry_snapshot: {} } }), "nothing was reported"],
  ["a version that is none", siraRequest({ incident: { running_version: "unknown" } }), "running version"],
  ["more sick peers than peers", siraRequest({ context: { same_version: { sick: 3, total: 2 } } }), "more peers"],
])("%s is named", (_, request, gap) => expect(missingInputs(request)).toEqual([expect.stringContaining(gap)]));
