import { expect, test } from "vitest";
import { RULES } from "../registry";
import { areDetectorsOn, detectorsId } from "./detectors-on";

const [ONE, OTHER] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const off = { enabled: false, params: {} };
const on = { enabled: true, params: {} };

test.each([
  ["nothing was said", {}, [true, true]],
  ["off everywhere", { detectors: off }, [false, false]],
  ["off for one", { [detectorsId(ONE)]: off }, [false, true]],
  ["off everywhere, on for one: the stricter wins", { detectors: off, [detectorsId(ONE)]: on }, [false, false]],
  ["on everywhere, off for one", { detectors: on, [detectorsId(ONE)]: off }, [false, true]],
])("%s", (_name, configured, expected) => {
  expect([ONE, OTHER].map((tenantId) => areDetectorsOn(configured, tenantId))).toEqual(expected);
});

test("no rule has that name", () => {
  expect(RULES.map(({ id }) => id).filter((id) => id.startsWith("detectors"))).toEqual([]);
});
