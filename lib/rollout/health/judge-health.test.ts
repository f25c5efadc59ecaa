import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineOf } from "@/lib/rollout/health/baseline-of";
import { judgeHealth } from "@/lib/rollout/health/judge-health";
import { wilsonLower } from "@/lib/rollout/health/wilson-lower";
import type { HealthInput } from "@/lib/rollout/types";
import type { BeatSample } from "@/lib/telemetry/types";
import { at, beat, counters } from "@/test/fixtures/beat";

const NEW = { runningVersion: "1.2.3", diskVersion: "1.2.3", bootId: "new" };
/** A report of the new version, so many seconds after it was applied, its counters since its start. */
const report = (seconds: number, sent: number, failed: number, changes: Partial<BeatSample> = {}) =>
  beat(seconds, { ...NEW, telemetry: counters(sent, failed), ...changes });
const rated = (seconds: number, webhook_fail_rate: number) => beat(seconds, { ...NEW, telemetry: { webhook_fail_rate } });
const input = (beats: readonly BeatSample[], changes: Partial<HealthInput> = {}): HealthInput => ({
  now: at(90),
  appliedAt: at(0),
  windowSeconds: 90,
  toVersion: "1.2.3",
  beats,
  baseline: { failRate: 0.6, errorsPerMinute: null, latencyP95Ms: null },
  rollbackErrorThreshold: 0.05,
  probes: [],
  extended: false,
  ...changes,
});
const GOOD = [15, 30, 45, 60, 75, 90].map((seconds) => report(seconds, seconds, 0));
const QUIET = [15, 30, 45, 60, 75, 90].map((seconds) => report(seconds, 0, 0));
const PROBES = [20, 50, 80].map((seconds) => ({ at: at(seconds), ok: true }));
const CALM = { baseline: { failRate: 0, errorsPerMinute: null, latencyP95Ms: null } };

describe("harm is told from evidence that is missing", () => {
  const RARE = [report(45, 30, 0), report(80, 60, 0)];
  test.each([
    { beats: [], isHarm: true, why: "never heard again since it was applied" },
    { beats: RARE, isHarm: false, why: "two good reports of three" },
    { beats: [report(20, 30, 0)], isHarm: true, why: "one good report, then silence" },
    { beats: [...RARE.slice(0, 1), report(80, 60, 9)], isHarm: true, why: "two reports, and webhooks fail" },
    { beats: QUIET.slice(-2), isHarm: false, why: "two reports without traffic" },
    { beats: [...GOOD.slice(0, 2), beat(45)], isHarm: true, why: "the old version runs again" },
  ])("$why -> $isHarm", ({ beats, isHarm }) => expect(judgeHealth(input(beats, CALM))).toMatchObject({ decision: "rollback", isHarm }));
});

describe("a silent shop is told from a deaf Center", () => {
  const NOBODY = { others: 5, heard: 0, heardEarly: 0, earlySeconds: 30 };
  const OTHERS = { ...NOBODY, heard: 1, heardEarly: 1 };
  /** Center hears again, since less than a minute ago. */
  const AGAIN = { others: 12, heard: 7, heardEarly: 0, earlySeconds: 30 };
  const LATE = { now: at(600), extended: true };
  test.each<{ beats: readonly BeatSample[]; hearing: HealthInput["hearing"]; changes?: Partial<HealthInput>; says: string; why: string }>([
    { beats: [], hearing: NOBODY, says: "hold", why: "nobody was heard: it waits, once" },
    { beats: [report(20, 30, 0)], hearing: NOBODY, says: "hold", why: "nobody was heard since its one report" },
    { beats: [report(45, 30, 0), report(80, 60, 0)], hearing: NOBODY, says: "hold", why: "two reports of three, then nobody" },
    { beats: [], hearing: OTHERS, says: "harm", why: "another was heard: it is the shop" },
    { beats: [], hearing: { ...NOBODY, others: 2 }, says: "harm", why: "two others are too few to tell" },
    { beats: [], hearing: { ...NOBODY, others: 0 }, says: "harm", why: "there is nobody else" },
    { beats: [], hearing: null, says: "harm", why: "nobody looked" },
    {
      beats: [],
      hearing: NOBODY,
      changes: LATE,
      says: "no harm",
      why: "nobody for the whole extension: it goes back, and nothing is said of the version",
    },
    { beats: [], hearing: OTHERS, changes: LATE, says: "harm", why: "others came back, this shop did not" },
    { beats: [], hearing: AGAIN, says: "hold", why: "others came back just now, its own turn may be to come" },
    { beats: [], hearing: { ...AGAIN, heardEarly: 1 }, says: "harm", why: "one of the others came back long enough ago" },
    { beats: [], hearing: { ...AGAIN, others: 11 }, says: "harm", why: "too few others for half a minute's silence to say anything" },
    {
      beats: [],
      hearing: { ...AGAIN, others: 3, earlySeconds: 540 },
      changes: LATE,
      says: "no harm",
      why: "deaf for nine minutes, heard again just now",
    },
    { beats: [report(20, 30, 29)], hearing: NOBODY, says: "harm", why: "what it said before speaks for itself" },
    { beats: [report(20, 30, 0), beat(30)], hearing: NOBODY, says: "harm", why: "the old version ran again before" },
  ])("$why -> $says", ({ beats, hearing, changes = {}, says }) => {
    const verdict = judgeHealth(input(beats, { ...CALM, hearing: hearing ?? null, ...changes }));
    const said = verdict.decision === "rollback" ? (verdict.isHarm ? "harm" : "no harm") : verdict.decision;
    expect(said).toBe(says);
    const isTold = verdict.reasons.some((reason) => reason.includes("Center was deaf"));
    expect(isTold).toBe(says !== "harm");
  });

  test("whoever is heard again within the extension is judged by what it says then", () => {
    const beats = [400, 450, 500, 550, 590].map((seconds) => report(seconds, seconds, 0));
    expect(judgeHealth(input(beats, { ...CALM, ...LATE, hearing: null }))).toMatchObject({ decision: "commit", inconclusive: false });
  });
});

describe("during the window", () => {
  test.each([
    { beats: [], decision: "hold", why: "nothing heard yet" },
    { beats: GOOD.slice(0, 3), decision: "hold", why: "good, but the window is not over" },
    { beats: [beat(10), ...GOOD.slice(1, 3)], decision: "hold", why: "the old version may still speak before the new one" },
    { beats: [...GOOD.slice(0, 2), beat(45)], decision: "rollback", why: "the old version runs again" },
    { beats: [report(15, 9, 9)], decision: "hold", why: "nine webhooks are too few to condemn" },
    { beats: [report(15, 30, 29)], decision: "rollback", why: "plainly worse than 60 %" },
    { beats: [report(15, 30, 18)], decision: "hold", why: "as bad as before" },
    { beats: [report(15, 30, 0), report(30, 60, 29)], decision: "rollback", why: "it starts well, then degrades" },
    { beats: ["a", "b"].map((bootId, n) => report(15 * n + 15, 5, 0, { bootId })), decision: "hold", why: "one restart" },
    { beats: ["a", "b", "c"].map((bootId, n) => report(15 * n + 15, 5, 0, { bootId })), decision: "rollback", why: "it keeps restarting" },
    { beats: [1, 2].map((n) => report(15 * n, 5, 0, { active: false })), decision: "rollback", why: "it is down" },
    { beats: [rated(15, 0.95)], decision: "hold", why: "one reported rate may be chance" },
    { beats: [rated(15, 0.95), rated(30, 0.95)], decision: "rollback", why: "two reported rates are not" },
  ])("$why -> $decision", ({ beats, decision }) => expect(judgeHealth(input(beats, { now: at(60) })).decision).toBe(decision));
});

describe("at the window's end", () => {
  test.each([
    { beats: [], probes: PROBES, decision: "rollback", why: "safety case 25: no beat after apply is not health" },
    { beats: GOOD.slice(0, 2), probes: PROBES, decision: "rollback", why: "two reports are not three" },
    { beats: [15, 30, 45].map((seconds) => beat(seconds)), probes: [], decision: "rollback", why: "only the old version was heard" },
    { beats: GOOD, probes: [], decision: "commit", why: "enough reports, no worse" },
    { beats: GOOD.map((good) => ({ ...good, active: false })), probes: [], decision: "rollback", why: "reports of a plugin that is down" },
    { beats: QUIET, probes: [], decision: "hold", why: "no traffic and no probes: wait once for traffic" },
    { beats: QUIET, probes: PROBES.slice(0, 2), decision: "hold", why: "no traffic and two probes: wait once" },
    { beats: QUIET.slice(0, 2), probes: [], decision: "rollback", why: "no traffic, no probes, too few reports: nothing to wait for" },
    { beats: QUIET, probes: [...PROBES, { at: at(85), ok: false }], decision: "rollback", why: "the newest probe failed" },
    { beats: QUIET, probes: PROBES.map((probe) => ({ ...probe, at: at(-30) })), decision: "hold", why: "probes of before count as none" },
    { beats: QUIET, probes: PROBES, decision: "hold", why: "no traffic, good probes: extend once" },
  ])("$why -> $decision", ({ beats, probes, decision }) => expect(judgeHealth(input(beats, { probes })).decision).toBe(decision));

  test("the extension lasts to ten minutes, and ends in an inconclusive commit", () => {
    expect(judgeHealth(input(QUIET, { probes: PROBES }))).toMatchObject({ decision: "hold", extend: true, until: at(600) });
    const late = Array.from({ length: 40 }, (_, index) => report(15 * (index + 1), 0, 0));
    expect(judgeHealth(input(late, { probes: PROBES, extended: true, now: at(300) }))).toMatchObject({ decision: "hold", extend: false });
    expect(judgeHealth(input(late, { probes: PROBES, extended: true, now: at(600) }))).toMatchObject({
      decision: "commit",
      inconclusive: true,
    });
  });
  test("what no traffic came to in the extension, and nobody could probe, is rolled back; reports alone are never health", () => {
    const late = Array.from({ length: 40 }, (_, index) => report(15 * (index + 1), 0, 0));
    for (const probes of [[], PROBES.slice(0, 2)]) {
      expect(judgeHealth(input(late, { probes, extended: true, now: at(300) }))).toMatchObject({ decision: "hold", extend: false });
      expect(judgeHealth(input(late, { probes, extended: true, now: at(600) })).decision).toBe("rollback");
    }
  });
  test("traffic that comes in the extension is judged as ever", () => {
    const late = (failed: number) =>
      Array.from({ length: 40 }, (_, index) => report(15 * (index + 1), index > 20 ? 4 : 0, index > 20 ? failed : 0));
    expect(judgeHealth(input(late(0), { extended: true, now: at(600) }))).toMatchObject({ decision: "commit", inconclusive: true });
    expect(judgeHealth(input(late(4), { extended: true, now: at(600) })).decision).toBe("rollback");
  });
  test("reports that stop before the end of a long window are not health", () => {
    expect(judgeHealth(input(GOOD, { windowSeconds: 300, now: at(300) })).decision).toBe("rollback");
  });
  test.each([
    { failed: 4, decision: "commit", why: "4 % is within 5 points of nothing" },
    { failed: 6, decision: "rollback", why: "6 % is not" },
  ])("$failed of 100 failed after none before -> $decision ($why)", ({ failed, decision }) => {
    expect(judgeHealth(input([report(30, 40, 0), report(60, 70, 0), report(90, 100, failed)], CALM)).decision).toBe(decision);
  });
  test.each([
    { sent: 8, failed: 1, extended: false, decision: "hold", why: "one of eight is 12 %, and may be chance: extend" },
    { sent: 20, failed: 2, extended: false, decision: "hold", why: "so may two of twenty" },
    { sent: 5, failed: 2, extended: false, decision: "rollback", why: "two of five are no chance" },
    { sent: 30, failed: 3, extended: false, decision: "rollback", why: "three failures are no anecdote" },
    { sent: 15, failed: 1, extended: true, decision: "commit", why: "after ten minutes one failure is no harm" },
    { sent: 20, failed: 2, extended: true, decision: "rollback", why: "two after ten minutes are worse than before" },
  ])("$failed of $sent failed after none before, extended $extended -> $decision ($why)", ({ sent, failed, extended, decision }) => {
    const seconds = extended ? 600 : 90;
    const reports = Array.from({ length: seconds / 15 }, (_, index) => {
      const isLast = (index + 1) * 15 === seconds;
      return report((index + 1) * 15, isLast ? sent : 0, isLast ? failed : 0);
    });
    const verdict = judgeHealth(input(reports, { ...CALM, extended, now: at(seconds) }));
    expect(verdict.decision).toBe(decision);
    if (verdict.decision === "hold") expect(verdict).toMatchObject({ extend: true, until: at(600) });
    if (verdict.decision === "commit") expect(verdict.inconclusive).toBe(true);
  });
  test("few webhooks that all succeeded commit, and say that they prove little", () => {
    const thin = [report(30, 1, 0), report(60, 2, 0), report(90, 4, 0)];
    expect(judgeHealth(input(thin))).toMatchObject({ decision: "commit", inconclusive: true, figures: { sent: 4, failRate: 0 } });
  });
  test("what is not known of before is taken as perfect", () => {
    const some = [report(30, 10, 1), report(60, 20, 2), report(90, 30, 3)];
    expect(judgeHealth(input(some, { baseline: { failRate: null, errorsPerMinute: null, latencyP95Ms: null } })).decision).toBe("rollback");
  });
  test("reported rates stand in where nothing is counted", () => {
    expect(judgeHealth(input([rated(30, 0.02), rated(60, 0), rated(90, 0.01)], CALM))).toMatchObject({
      decision: "commit",
      inconclusive: false,
    });
    expect(judgeHealth(input([rated(30, 0.2), rated(60, 0), rated(90, 0.2)], CALM)).decision).toBe("rollback");
  });
  test("much slower answers roll back", () => {
    const slow = GOOD.map((good) => ({ ...good, telemetry: { ...good.telemetry, latency_p95_ms: 4_000 } }));
    expect(judgeHealth(input(slow, { baseline: { failRate: 0, errorsPerMinute: null, latencyP95Ms: 300 } })).decision).toBe("rollback");
    expect(judgeHealth(input(slow, { baseline: { failRate: 0, errorsPerMinute: null, latencyP95Ms: 3_500 } })).decision).toBe("commit");
  });
});

test("errors that come much faster than before roll back at once; without a baseline they are not judged", () => {
  const noisy = [report(30, 20, 0, { telemetry: counters(20, 0, 60) })];
  const before = { failRate: 0, errorsPerMinute: 2, latencyP95Ms: null };
  expect(judgeHealth(input(noisy, { now: at(40), baseline: before })).decision).toBe("rollback");
  expect(judgeHealth(input(noisy, { now: at(40), baseline: { ...before, errorsPerMinute: 200 } })).decision).toBe("hold");
  expect(judgeHealth(input(noisy, { now: at(40), ...CALM })).decision).toBe("hold");
});

test("a boot that ran before `applied` brings only what it counted since", () => {
  const before = beat(-15, { ...NEW, runningVersion: "1.2.2", telemetry: counters(500, 300) });
  const after = [30, 60, 90].map((seconds) => beat(seconds, { ...NEW, telemetry: counters(500 + seconds, 300) }));
  expect(judgeHealth(input([before, ...after]))).toMatchObject({ decision: "commit", figures: { sent: 90, failed: 0 } });
});

test("the baseline counts only the version that ran last, by counters before rates", () => {
  const old = beat(0, { runningVersion: "1.2.1", bootId: "old", telemetry: counters(900, 0) });
  const sick = [120, 240].map((seconds) =>
    beat(seconds, { telemetry: { ...counters(seconds, seconds * 0.6, seconds), latency_p95_ms: 300 } }),
  );
  expect(baselineOf([old, ...sick])).toEqual({ failRate: expect.closeTo(0.6, 6), errorsPerMinute: 60, latencyP95Ms: 300 });
  expect(baselineOf([beat(0, { telemetry: { webhook_fail_rate: 0.4 } })])).toEqual({
    failRate: 0.4,
    errorsPerMinute: null,
    latencyP95Ms: null,
  });
  expect(baselineOf([])).toEqual({ failRate: null, errorsPerMinute: null, latencyP95Ms: null });
});

test("Wilson's lower bound", () => {
  expect(wilsonLower(0, 0, 1.96)).toBe(0);
  expect(wilsonLower(0, 10, 1.96)).toBeCloseTo(0, 9);
  expect(wilsonLower(5, 10, 1.96)).toBeCloseTo(0.2366, 4);
});

const KINDNESS = ["rollback", "hold", "commit"];
const step = fc.record({ sent: fc.nat(40), failed: fc.nat(40) });

test("more failures never make the verdict kinder, and no number of beats without the new version is health", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.nat(7), fc.nat(40), fc.boolean(), (steps, where, more, isOver) => {
      const judge = (extra: number) => {
        let sent = 0;
        let failed = 0;
        const beats = steps.map((each, index) => {
          const worse = index === where ? extra : 0;
          sent += each.sent;
          failed += Math.min(each.sent, each.failed + worse);
          return report((index + 1) * 11, sent, failed);
        });
        return judgeHealth(
          input(beats, { now: at(isOver ? 90 : 89), baseline: { failRate: 0.1, errorsPerMinute: null, latencyP95Ms: null } }),
        );
      };
      expect(KINDNESS.indexOf(judge(more).decision)).toBeLessThanOrEqual(KINDNESS.indexOf(judge(0).decision));
      const strangers = steps.map((_, index) => beat((index + 1) * 11));
      expect(judgeHealth(input(strangers, { probes: PROBES })).decision).toBe("rollback");
    }),
  );
});
