import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeSmoke } from "@/lib/delivery/adapters/sandbox/judge-smoke";
import type { ConfinedRun } from "@/lib/delivery/adapters/sandbox/run-confined";
import { STAGING_LIMITS } from "@/lib/delivery/adapters/sandbox/staging-limits";

function run(change: Partial<ConfinedRun>): ConfinedRun {
  return { end: "exited", code: 0, stdout: '{"passed":2,"failed":0}', stderr: "", ...change };
}

test.each([
  [{}, true, "2 checks passed"],
  [{ stdout: 'chatter\n{"passed":2,"failed":0,"version":"1.0.0"}\n' }, true, "2 checks passed"],
  [{ stdout: '{"passed":2,"failed":0}\nchatter' }, false, "ended without a line of results"],
  [{ stdout: '{"passed":2}' }, false, "ended without a line of results"],
  [{ stdout: '{"passed":-1,"failed":0}' }, false, "ended without a line of results"],
  [{ stdout: '{"passed":0,"failed":0}' }, false, "0 checks passed, 0 failed"],
  [{ stdout: '{"passed":2,"failed":1}' }, false, "2 checks passed, 1 failed"],
  [{ code: 1 }, false, 'ended with exit code 1: {"passed":2,"failed":0}'],
  [{ code: 137, stderr: "Killed" }, false, "ended by signal 9: Killed"],
  [{ code: null }, false, 'was killed: {"passed":2,"failed":0}'],
  [{ end: "wall-time" }, false, "did not end within 30000 ms"],
  [{ end: "output" }, false, "wrote more than 65536 bytes"],
  [{ end: "aborted" }, false, "was called off"],
  [{ end: "not-started" }, false, "could not be started"],
] as const)("%j -> %s (%s)", (change, ok, detail) => {
  expect(judgeSmoke(run(change), STAGING_LIMITS)).toEqual({ ok, detail });
});

test("whatever a candidate prints, the detail is short, visible and well-formed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (stderr) => {
      const { ok, detail } = judgeSmoke(run({ code: 1, stderr: `\u202e\ud800\u0000${stderr}` }), STAGING_LIMITS);
      expect(ok).toBe(false);
      expect([...detail].length).toBeLessThanOrEqual(400);
      expect(detail).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
  );
});
