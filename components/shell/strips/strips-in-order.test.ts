import { expect, test } from "vitest";
import { stripsInOrder } from "./strips-in-order";

test.each([
  { killSwitch: false, safeMode: false, narrower: 0, isTrusted: true, shown: [] },
  { killSwitch: true, safeMode: true, narrower: 2, isTrusted: false, shown: ["kill_switch", "narrower", "offline"] },
  { killSwitch: false, safeMode: true, narrower: 0, isTrusted: false, shown: ["safe_mode", "offline"] },
  { killSwitch: false, safeMode: false, narrower: 1, isTrusted: true, shown: ["narrower"] },
  { killSwitch: false, safeMode: false, narrower: 0, isTrusted: false, shown: ["offline"] },
])("kill switch $killSwitch, SAFE_MODE $safeMode, $narrower narrower, trusted $isTrusted: $shown", ({ shown, ...held }) => {
  expect(stripsInOrder(held)).toEqual(shown);
});
