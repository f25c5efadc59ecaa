import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "@/lib/access/types";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { judgeEcho } from "../checkpoint/judge-echo";
import { readCopied } from "../checkpoint/outside-copy";
import { sealAll } from "../jobs/seal-entries";
import { vouch } from "../jobs/vouch";
import { verifyLog } from "../verify/verify-log";
import { acceptRestoredLog } from "./accept-restored-log";

const superuser = openAs("superuser");
const home = mkdtempSync(path.join(tmpdir(), "audit-restore-"));
const directory = path.join(home, "audit");
afterAll(async () => {
  await superuser.end();
  rmSync(home, { recursive: true, force: true });
});

const actor: Actor = { kind: "system", id: "cli:ada", email: null, roles: [], tenants: { kind: "all", purpose: "operate" } };
let nowMs = Date.parse("2026-11-21T10:00:00Z");
/** A minute of work: some entries, sealed, vouched for and copied. */
async function aMinute(): Promise<number> {
  for (const _entry of [1, 2, 3]) await makeTenant();
  await sealAll();
  nowMs += 60_000;
  await vouch(directory, new Date(nowMs));
  return (await verifyLog({ directory })).size;
}
/** The database as a backup from then holds it. */
const goBackTo = (size: number) =>
  superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from audit_entries where seq >= ${size}`;
    await tx`delete from audit_nodes where (position + 1) * power(2, level) > ${size}`;
    await tx`delete from audit_checkpoints where size > ${size}`;
  });
const accept = (lost: number | null) => acceptRestoredLog({ directory, actor, now: new Date(nowMs), reason: "the disk died", lost });

let backedUp: number;
let size: number;
let lostNote: string;
beforeAll(async () => {
  await aMinute();
  backedUp = await aMinute();
  await aMinute();
  size = await aMinute();
  lostNote = (await readCopied(directory)).at(-1)?.note ?? "";
});

test("a log that nothing is missing from has nothing to accept", async () => {
  expect((await refusalOf(accept(null))).message).toContain("nothing is missing");
});

test("an altered log is no restored backup", async () => {
  const rename = (to: string) =>
    superuser.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_entries set actor = ${to} where seq = 1`;
    });
  const [{ actor: before } = { actor: "" }] = await superuser<{ actor: string }[]>`select actor from audit_entries where seq = 1`;
  await rename("person:eve@center.test");
  expect((await refusalOf(accept(null))).message).toContain("no restored backup");
  await rename(before);
});

test("after a restore the loss is told, accepted by its number, kept in the log for ever, and the log goes on", async () => {
  await goBackTo(backedUp);
  await expect(vouch(directory, new Date(nowMs))).rejects.toThrow(/does not have the root/);
  expect(await judgeEcho(lostNote)).toBe("fork");
  expect(await accept(null)).toMatchObject({ kept: backedUp, lost: size - backedUp, kept_copy: null });
  expect((await refusalOf(accept(size - backedUp + 1))).message).toContain(`${size - backedUp} entries are lost`);
  expect(await verifyLog({ directory })).toMatchObject({ ok: false, first_bad_index: backedUp });

  const done = await accept(size - backedUp);
  expect(existsSync(path.join(done.kept_copy ?? "none", "leaves.bin"))).toBe(true);
  const grown = await aMinute();
  expect(await verifyLog({ directory })).toMatchObject({ ok: true, size: grown, uncovered: 0 });
  const [entry] = await superuser`select actor, reason, before, after from audit_entries where command = 'audit.accept-restore'`;
  expect(entry).toMatchObject({
    actor: "cli:ada",
    reason: "the disk died",
    before: { size },
    after: { size: backedUp, lost: size - backedUp },
  });

  // What agents saw of the lost span is no fork; what the log loses after that is one.
  expect(await judgeEcho(lostNote)).toBe("known");
  const later = (await readCopied(directory)).at(-1)?.note ?? "";
  await goBackTo(grown - 2);
  await expect.poll(() => judgeEcho(later), { timeout: 10_000 }).toBe("fork");
});
