import { expect, test } from "vitest";
import type { HealthVerdict } from "@/lib/rollout/types";
import { saysNothing } from "./says-nothing";

const figures = { reports: 2, sent: 40, failed: 0, failRate: 0, baselineFailRate: 0, excess: 0 };
const rollback = (isHarm: boolean): HealthVerdict => ({ decision: "rollback", isHarm, reasons: ["r"], figures });
const commit: HealthVerdict = { decision: "commit", inconclusive: false, reasons: ["no worse than before"], figures };
const hold: HealthVerdict = { decision: "hold", until: new Date(0), extend: false, reasons: ["r"], figures };
/** As a database of before has it. */
const old = JSON.parse(JSON.stringify({ ...rollback(true), isHarm: undefined })) as HealthVerdict;
const CONFIRMED = "the agent confirmed the rollback";

test.each([
  { verdict: rollback(false), end: CONFIRMED, says: false, why: "two good reports of three" },
  { verdict: rollback(true), end: CONFIRMED, says: true, why: "it was worse" },
  { verdict: old, end: CONFIRMED, says: true, why: "judged before harm was told apart" },
  { verdict: null, end: CONFIRMED, says: true, why: "never judged: nobody knows what it did" },
  { verdict: hold, end: CONFIRMED, says: true, why: "its end came before the verdict" },
  { verdict: null, end: "the agent restored the last good copy: no_commit", says: false, why: "Center was away for the whole probation" },
  { verdict: hold, end: "the agent restored the last good copy: no_commit", says: false, why: "Center went deaf, and came back too late" },
  { verdict: null, end: "the agent restored the last good copy: crash_loop", says: true, why: "it crashed while Center was away" },
  { verdict: rollback(true), end: "the agent restored the last good copy: no_commit", says: true, why: "harm was seen before" },
  { verdict: commit, end: CONFIRMED, says: false, why: "healthy, and the commit never arrived" },
  { verdict: commit, end: "the agent restored the last good copy: no_commit", says: false, why: "the same, told by the agent" },
  { verdict: commit, end: "the agent restored the last good copy: crash_loop", says: true, why: "it crashed after all" },
])("$why -> says something: $says", ({ verdict, end, says }) => expect(saysNothing(verdict, end)).toBe(!says));
