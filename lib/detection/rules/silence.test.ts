import { expect, test } from "vitest";
import { presence, silence } from "@/lib/detection/rules/silence";
import { at, beat, windowOf } from "@/test/fixtures/beat";

const probe = (seconds: number, ok: boolean) => ({ at: at(seconds), ok, detail: ok ? "200" : "timeout" });

test.each([
  { now: 120, probe: null, hasProbeUrl: false, expected: "fresh", why: "on time" },
  { now: 165, probe: null, hasProbeUrl: false, expected: "fresh", why: "within the grace" },
  { now: 166, probe: null, hasProbeUrl: false, expected: "late", why: "no probe URL: late first" },
  { now: 285, probe: null, hasProbeUrl: false, expected: "late", why: "still within the second period" },
  { now: 286, probe: null, hasProbeUrl: false, expected: "lost", why: "a second period was missed" },
  { now: 170, probe: null, hasProbeUrl: true, expected: "late", why: "the probe is still to be made" },
  { now: 170, probe: probe(168, true), hasProbeUrl: true, expected: "late", why: "the site answers: a quiet shop" },
  { now: 170, probe: probe(168, false), hasProbeUrl: true, expected: "lost", why: "the site does not answer" },
  { now: 170, probe: probe(100, false), hasProbeUrl: true, expected: "late", why: "a probe from before the alarm says nothing" },
  { now: 400, probe: probe(350, true), hasProbeUrl: true, expected: "late", why: "the site still answers" },
  { now: 400, probe: probe(168, true), hasProbeUrl: true, expected: "lost", why: "that answer is old" },
])("at $now s -> $expected ($why)", ({ now, expected, ...changes }) => {
  expect(presence(windowOf([beat(0)], { now: at(now), probe: changes.probe, hasProbeUrl: changes.hasProbeUrl }))).toBe(expected);
});

test("a plugin that was never seen is late, and nobody is woken", () => {
  const window = windowOf([], { now: at(9_999) });
  expect(presence(window)).toBe("late");
  expect(silence.evaluate(window, silence.defaults)).toBeNull();
});

test("the finding says since when and whether the site answers", () => {
  const window = windowOf([beat(0)], { now: at(180), probe: probe(170, false), hasProbeUrl: true });
  expect(silence.evaluate(window, silence.defaults)).toMatchObject({
    value: 180,
    observedAt: at(120),
    explain: expect.stringContaining("did not answer the probe"),
  });
});

test("during probation, beats are due every 15 s and silence is found sooner", () => {
  expect(presence(windowOf([beat(0)], { now: at(61), expectedIntervalSeconds: 15 }))).toBe("late");
  expect(presence(windowOf([beat(0)], { now: at(76), expectedIntervalSeconds: 15 }))).toBe("lost");
});
