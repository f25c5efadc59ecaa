import { expect, test } from "vitest";
import { type OnBad, wayBack } from "./way-back";

const KEPT: OnBad = { diskVersion: "1.2.3", capabilities: ["update", "rollback"], keptFrom: "1.2.2", isKeptRecalled: false };

test.each([
  { what: {}, to: "1.2.2", why: "the agent kept what ran before" },
  { what: { keptFrom: null }, to: null, why: "installed by hand" },
  { what: { keptFrom: "1.2.3" }, to: null, why: "the same version is no way back" },
  { what: { keptFrom: "1.3.0" }, to: null, why: "upwards is no rollback" },
  { what: { isKeptRecalled: true }, to: null, why: "one bad version for another" },
  { what: { capabilities: ["update"] }, to: null, why: "the agent cannot" },
  { what: { diskVersion: "1.2.2" }, to: null, why: "only a restart is missing" },
])("$what -> $to ($why)", ({ what, to }) => {
  const found = wayBack({ ...KEPT, ...what }, "1.2.3");
  expect("to" in found ? found.to : null).toBe(to);
});
