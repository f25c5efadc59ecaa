import { expect, test } from "vitest";
import { readAnswer } from "./read-answer";

const digest = `sha256:${"a".repeat(64)}`;
const tried = {
  digest,
  rows_total: 1,
  tables: { jobs: 1 },
  rows: [{ table: "jobs", key: { id: 1 }, before: { status: "dead" }, after: null }],
};
const done = { is_same: true, digest, rows_done: 3, rows_kept: 1 };
const said = (result: unknown, status = "done") => ({ status, detail: "no", result });

test.each([
  ["an order that waits", "apply", { status: "queued", result: null }, 1, { is: "open" }],
  ["an order that is out", "apply", { status: "offered", result: null }, 1, { is: "open" }],
  ["a difference", "dry_run", { status: "done", result: said(tried) }, 1, { is: "tried" }],
  ["a difference that is none", "dry_run", { status: "done", result: said({ digest: "x" }) }, 1, { is: "failed" }],
  ["what was done", "apply", { status: "done", result: said(done) }, 1, { is: "done", answer: done }],
  ["what was taken back", "rollback", { status: "done", result: said({ rows_done: 0, rows_kept: 0 }) }, 1, { is: "done" }],
  ["a word that says nothing", "apply", { status: "done", result: said(null) }, 1, { is: "failed", isUntouched: false }],
  [
    "other rows than were shown",
    "apply",
    { status: "done", result: said({ ...done, is_same: false, rows_done: 0 }) },
    1,
    { is: "failed", code: "ERR_REPAIR_DIGEST_MOVED", isUntouched: true },
  ],
  ["a failure", "apply", { status: "failed", result: said(null, "failed") }, 1, { is: "again", why: "no" }],
  ["a third failure", "apply", { status: "failed", result: said(null, "failed") }, 3, { is: "failed", why: "no" }],
  ["a refusal", "apply", { status: "failed", result: said(null, "refused") }, 1, { is: "failed", why: "no" }],
  [
    "a tenant that the platform does not serve has nothing to be mended",
    "dry_run",
    { status: "failed", result: { ...said(null, "refused"), detail: "refused:wrong_tenant" } },
    1,
    { is: "tried", answer: { rows_total: 0, rows: [] } },
  ],
  [
    "and nothing is mended there",
    "apply",
    { status: "failed", result: { ...said(null, "refused"), detail: "refused:wrong_tenant" } },
    1,
    { is: "done", answer: { rows_done: 0 } },
  ],
  ["an order that ran out", "rollback", { status: "expired", result: null }, 2, { is: "again" }],
] as const)("%s", (_what, phase, order, tries, read) => {
  expect(readAnswer(phase, order as never, tries)).toMatchObject(read);
});
