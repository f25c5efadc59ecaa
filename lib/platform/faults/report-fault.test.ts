import { beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { keepDoing } from "../background/keep-doing";
import { log } from "../log";
import { reportFault } from "./report-fault";

let error: MockInstance<typeof log.error>;
let info: MockInstance<typeof log.info>;
beforeEach(() => {
  error = vi.spyOn(log, "error").mockImplementation(() => undefined);
  info = vi.spyOn(log, "info").mockImplementation(() => undefined);
});

test.each([
  { why: "another worker has moved it on", fault: new Refusal("conflict", "No event waits"), isError: false },
  { why: "another worker has removed it", fault: new Refusal("not-found", "No attempt"), isError: false },
  { why: "it may not do this", fault: new Refusal("forbidden", "Not yours"), isError: true },
  { why: "a part is away", fault: new Refusal("unavailable", "No key yet"), isError: true },
  { why: "a fault", fault: new TypeError("undefined is not a function"), isError: true },
])("$why: an error is $isError", ({ fault, isError }) => {
  reportFault("A step was left", fault, { tenant_id: "t" });
  expect(error.mock.calls.map(([code]) => code)).toEqual(isError ? ["ERR_JOB_FAILED"] : []);
  expect(info.mock.calls.map(([code]) => code)).toEqual(isError ? [] : ["INFO_OUTPACED"]);
});

test("a round in which another worker was faster is no failed round", async () => {
  const loop = keepDoing("races", 60_000, () => Promise.reject(new Refusal("conflict", "No event waits")));
  await vi.waitFor(() => expect(info).toHaveBeenCalledTimes(1));
  await loop.stop();
  expect(error).not.toHaveBeenCalled();
});
