import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { ATTEMPTS } from "@/lib/delivery/adapters/sandbox/escape/attempts";
import { tryAttempt, tryEscapes } from "@/lib/delivery/adapters/sandbox/escape/try-escapes";
import { findRunner } from "@/lib/delivery/adapters/sandbox/find-runner";

const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "try-escapes-test-")));
chmodSync(scratch, 0o711); // nobody, whom root becomes, must get through
const runners = { bwrap: await findRunner(scratch, ["bwrap"]), unshare: await findRunner(scratch, ["unshare"]) };
afterAll(() => rmSync(scratch, { recursive: true }));

test.skipIf(!runners.bwrap && process.env.CI !== "true").each(["bwrap", "unshare"] as const)(
  "nothing gets out of %s",
  async (kind) => {
    const runner = runners[kind] ?? expect.unreachable(`${kind} confines nothing on this machine`);
    const results = await tryEscapes(runner);
    expect(results.length).toBeGreaterThan(ATTEMPTS.length);
    expect(results.filter(({ how }) => how !== null)).toEqual([]);
  },
  90_000,
);

test.each(ATTEMPTS.filter(({ isHarmlessOutside }) => isHarmlessOutside))("without a wall, to $name is seen to succeed", async (attempt) => {
  expect((await tryAttempt(attempt, null, scratch)).how).not.toBeNull();
});
