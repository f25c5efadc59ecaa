import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openAs } from "@/test/database/open-as";
import { outcomesOf, undone } from "@/test/database/undone";
import { asGateway, makeTenant } from "@/test/factories";
import { currentCheckpoint } from "../checkpoint/current-checkpoint";
import { parseNote } from "../checkpoint/note";
import { readCopied } from "../checkpoint/outside-copy";
import { verifyLog } from "../verify/verify-log";
import { sealAll } from "./seal-entries";
import { vouch } from "./vouch";

const superuser = openAs("superuser");
const directory = mkdtempSync(path.join(tmpdir(), "audit-copy-"));
afterAll(async () => {
  await superuser.end();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => sealAll());

const sealedSize = async () => Number((await superuser`select count(seq) as n from audit_entries`)[0]?.n);

/** Something to wait for, and the call that ends the waiting. */
function signal(): [Promise<void>, () => void] {
  let end: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    end = resolve;
  });
  return [waiting, () => end()];
}

describe("sealing", () => {
  test("every entry gets a place, from 0 and without a gap", async () => {
    await makeTenant();
    await sealAll();
    const [row] =
      await superuser`select count(*)::int as entries, min(seq)::int as first, max(seq)::int as last, count(*) filter (where seq is null)::int as open from audit_entries`;
    expect(row).toEqual({ entries: row?.entries, first: 0, last: row?.entries - 1, open: 0 });
  });

  test("a transaction that commits late, with an older id and time than what is sealed already, is not passed by", async () => {
    const before = await sealedSize();
    const [held, release] = signal();
    const [opened, open] = signal();
    const late = asGateway(async (tx) => {
      await tx.execute(
        "select audit_append(gen_random_uuid(), '2020-01-01', null, 'person:late', null, 'test.late', 'done', 'x', null, null, null, 'x')",
      );
      open();
      await held;
    });
    await opened;
    await makeTenant();
    await sealAll();
    const between = await sealedSize();
    release();
    await late;
    await sealAll();
    const [entry] = await superuser`select seq::int as seq from audit_entries where command = 'test.late'`;
    expect([between, entry?.seq]).toEqual([before + 1, before + 1]);
    expect((await verifyLog({ directory })).ok).toBe(true);
  });

  test("workers that seal at once, while others write, seal each entry once", async () => {
    const before = await sealedSize();
    await Promise.all([...Array.from({ length: 12 }, () => makeTenant()), ...Array.from({ length: 6 }, () => sealAll())]);
    await sealAll();
    expect(await sealedSize()).toBe(before + 12);
    expect(await verifyLog({ directory })).toMatchObject({ ok: true, size: before + 12, unsealed: 0 });
  });

  test("nothing is put on top of a log whose end was cut off", async () => {
    await makeTenant();
    await sealAll();
    await superuser.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`create table cut_off as select * from audit_entries where seq = (select max(seq) from audit_entries)`;
      await tx`delete from audit_entries where seq = (select max(seq) from audit_entries)`;
    });
    await makeTenant();
    await expect(sealAll()).rejects.toMatchObject({ code: "23505" });
    await superuser`insert into audit_entries select * from cut_off`;
    expect(await sealAll()).toBeGreaterThan(0);
    expect((await verifyLog({ directory })).ok).toBe(true);
  });
});

test.each(["owner", "auditor", "writer", "breakglass"] as const)(
  "case 15: %s can neither change, take away nor re-seal what is sealed",
  async (role) => {
    const sql = openAs(role);
    const statements = [
      "update audit_entries set actor = 'x'",
      "update audit_entries set seq = seq + 1000000",
      "update audit_entries set seq = null, leaf_hash = null",
      "delete from audit_entries",
      "truncate audit_entries",
      "update audit_nodes set hash = ''",
      "delete from audit_nodes",
      "delete from audit_checkpoints",
      "truncate audit_checkpoints",
      "select audit_seal(0, array(select id from audit_entries limit 1), '{00}', '{}', '{}', '{}')",
    ];
    const outcomes = await undone(sql, (tx) => outcomesOf(tx, statements)).finally(() => sql.end());
    for (const [place, outcome] of outcomes.entries())
      expect({ statement: statements[place], outcome }).toMatchObject({
        outcome: "refused" in outcome ? { refused: expect.stringMatching(/^(42501|40001)$/) } : { rows: 0 },
      });
  },
);

describe("vouching", () => {
  test("signs what grew, not more often than it may, and copies it outside", async () => {
    const start = Date.parse("2026-11-21T10:00:00Z");
    const at = (seconds: number) => vouch(directory, new Date(start + seconds * 1_000));
    await at(0);
    await sealAll();
    await at(1);
    await makeTenant();
    await sealAll();
    expect(await at(5)).toEqual({ signed: false, copied: 0 });
    expect(await at(60)).toEqual({ signed: true, copied: 1 });
    expect(await at(120)).toEqual({ signed: false, copied: 0 });
    const size = await sealedSize();
    expect(await verifyLog({ directory })).toMatchObject({ ok: true, uncovered: 0, outside: { size, leaves: size } });
    const note = (await readCopied(directory)).at(-1)?.note;
    expect(await currentCheckpoint()).toBe(note);
    expect(parseNote(note ?? "")).toMatchObject({ size, at: new Date(start + 60_000) });
  });

  test("two workers at once keep one checkpoint", async () => {
    await makeTenant();
    await sealAll();
    const now = new Date("2026-11-21T11:00:00Z");
    const signed = await Promise.all([vouch(directory, now), vouch(directory, now), vouch(directory, now)]);
    expect(signed.filter((round) => round.signed)).toHaveLength(1);
    expect((await verifyLog({ directory })).ok).toBe(true);
  });
});
