import { expect, test } from "vitest";
import { crashLoop } from "@/lib/detection/rules/crash-loop";
import { drift } from "@/lib/detection/rules/drift";
import { beat, windowOf } from "@/test/fixtures/beat";

const boots = (...ids: string[]) => windowOf(ids.map((bootId, index) => beat(index * 30, { bootId })));
const actives = (...flags: boolean[]) => windowOf(flags.map((active, index) => beat(index * 30, { active })));
const loops = (window: ReturnType<typeof boots>) => crashLoop.evaluate(window, crashLoop.defaults) !== null;

test.each([
  { ids: ["a"], fires: false, why: "a first start" },
  { ids: ["a", "b"], fires: false, why: "one restart is an update" },
  { ids: ["a", "b", "c"], fires: false, why: "two may be an update and a rollback" },
  { ids: ["a", "b", "c", "d"], fires: true, why: "three are a loop" },
  { ids: ["a", "b", "c", "d", "d"], fires: false, why: "this boot holds so far" },
])("boots $ids -> $fires ($why)", ({ ids, fires }) => expect(loops(boots(...ids))).toBe(fires));

test("restarts spread over hours are not a loop", () => {
  const window = windowOf(["a", "b", "c", "d"].map((bootId, index) => beat(index * 3_600, { bootId })));
  expect(loops(window)).toBe(false);
});

test.each([
  { flags: [true, false], fires: false, why: "one beat may fall into a restart" },
  { flags: [true, false, false], fires: true, why: "down and staying down" },
  { flags: [false, false, false], fires: false, why: "it was never up in this window: switched off on purpose" },
  { flags: [true, false, false, true], fires: false, why: "up again" },
])("active $flags -> $fires ($why)", ({ flags, fires }) => expect(loops(actives(...flags))).toBe(fires));

test.each([
  { seconds: 599, fires: false, why: "an update may take this long" },
  { seconds: 600, fires: true, why: "nobody is coming back to finish it" },
])("running and disk versions apart for $seconds s -> $fires ($why)", ({ seconds, fires }) => {
  const apart = { diskVersion: "1.2.3" };
  const window = windowOf([beat(0), beat(60, apart), beat(60 + seconds, apart)]);
  expect(drift.evaluate(window, drift.defaults) !== null).toBe(fires);
});

test("versions that agree again are no drift", () => {
  expect(drift.evaluate(windowOf([beat(0, { diskVersion: "1.2.3" }), beat(900)]), drift.defaults)).toBeNull();
});
