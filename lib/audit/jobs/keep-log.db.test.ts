import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/platform/clock";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { LogKeeper } from "./keep-log";

const superuser = openAs("superuser");
const directory = mkdtempSync(path.join(tmpdir(), "audit-keep-"));
const keeper = new LogKeeper(directory, systemClock);
afterAll(async () => {
  await superuser.end();
  rmSync(directory, { recursive: true, force: true });
});
beforeAll(async () => {
  await makeTenant();
  await keeper.seal();
});

/** What no role of ours may do, and a superuser can. */
const rename = (from: string, to: string) =>
  superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_entries set command = ${to} where seq = 0 and command = ${from}`;
  });
const told = async () =>
  (await superuser`select payload from outbox where name = 'audit.tampered' order by id`).map(({ payload }) => payload);
const written = async () =>
  (await superuser`select after from audit_entries where command = 'audit.report-tampering' order by at`).map(({ after }) => after);

test("a tampered log is told once for each finding, that it is whole again is written down, and the same finding later is told anew", async () => {
  const [{ command } = { command: "" }] = await superuser<{ command: string }[]>`select command from audit_entries where seq = 0`;
  expect((await keeper.check()).ok).toBe(true);
  expect([await told(), await written()]).toEqual([[], []]);

  const finding = { firstBadIndex: 0, kind: "altered" };
  await rename(command, "forged");
  for (const _ of [1, 2]) expect(await keeper.check()).toMatchObject({ ok: false, first_bad_index: 0 });
  expect(await told()).toEqual([finding]);

  await rename("forged", command);
  for (const _ of [1, 2]) expect((await keeper.check()).ok).toBe(true);
  await rename(command, "forged");
  await keeper.check();
  await rename("forged", command);
  expect(await told()).toEqual([finding, finding]);
  const bad = { first_bad_index: 0, kind: "altered" };
  expect(await written()).toEqual([bad, { first_bad_index: null, kind: "whole" }, bad]);
});
