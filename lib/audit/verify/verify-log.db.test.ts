import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAs } from "@/test/database/open-as";
import { readCopied } from "../checkpoint/outside-copy";
import { sealAll } from "../jobs/seal-entries";
import { vouch } from "../jobs/vouch";
import { LEAF_COLUMNS, leafText, type UnsealedEntry } from "../leaf";
import { Frontier } from "../tree/frontier";
import { leafHash } from "../tree/hash";
import { verifyLog } from "./verify-log";

const superuser = openAs("superuser");
const directory = mkdtempSync(path.join(tmpdir(), "audit-copy-"));
afterAll(async () => {
  await superuser.end();
  rmSync(directory, { recursive: true, force: true });
});

/** Lengths at which the log was vouched for and copied outside; the entries after the last are covered by nothing. */
const VOUCHED = [40, 100, 101, 180];
const COVERED = 180;
const SIZE = 240;
const TABLES = ["audit_entries", "audit_nodes", "audit_checkpoints"] as const;

type Attacker = postgres.TransactionSql;
/** Does as a superuser can who switches every trigger and key check off. */
const attack = (work: (tx: Attacker) => Promise<unknown>) =>
  superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await work(tx);
  });

/** Entries as any part of Center could have written them. */
const append = (count: number, word = "entry") =>
  attack(
    (tx) => tx`insert into audit_entries (id, at, tenant_id, actor, command, outcome, subject, before, after, reason, trace_id, xid)
      select gen_random_uuid(), clock_timestamp(), null, 'person:ada@center.test', 'test.write', 'done', ${word} || n, jsonb_build_object('n', n - 1),
        jsonb_build_object('n', n, 'text', 'é"\\u2028'), null, 'trace', pg_current_xact_id() from generate_series(1, ${count}::int) n`,
  );

let now = Date.parse("2026-11-21T10:00:00Z");
async function growTo(size: number, from: number): Promise<void> {
  await append(size - from);
  await sealAll();
  now += 60_000;
  await vouch(directory, new Date(now));
}

beforeAll(async () => {
  await vouch(directory, new Date(now));
  await attack((tx) => tx`truncate audit_entries, audit_nodes, audit_checkpoints`);
  let from = 0;
  for (const size of VOUCHED) {
    await growTo(size, from);
    from = size;
  }
  await append(SIZE - COVERED);
  await sealAll();
  for (const table of TABLES) await superuser`create table ${superuser(`kept_${table}`)} as select * from ${superuser(table)}`;
});

async function restore(): Promise<void> {
  await attack(async (tx) => {
    for (const table of TABLES) {
      await tx`truncate ${tx(table)}`;
      await tx`insert into ${tx(table)} select * from ${tx(`kept_${table}`)}`;
    }
  });
}

/** Puts matching hashes beside the entries from `first` on: everything that whoever holds the database, but no key, can do. */
async function rehash(tx: Attacker, how: "leaf" | "tree"): Promise<void> {
  const rows = await tx.unsafe<(UnsealedEntry & { seq: number })[]>(
    `select seq::float8 as seq, ${LEAF_COLUMNS} from audit_entries where seq is not null order by audit_entries.seq`,
  );
  const frontier = new Frontier();
  for (const row of rows) {
    const leaf = leafHash(leafText(row));
    await tx`update audit_entries set leaf_hash = ${leaf} where id = ${row.id} and leaf_hash is distinct from ${leaf}`;
    if (how === "leaf") continue;
    for (const { level, position, hash } of frontier.append(leaf))
      await tx`insert into audit_nodes values (${level}, ${position}, ${hash})
        on conflict (level, position) do update set hash = excluded.hash where audit_nodes.hash is distinct from excluded.hash`;
  }
}

const edit = (tx: Attacker, index: number) => tx`update audit_entries set actor = 'person:eve@center.test' where seq = ${index}`;
const cut = (tx: Attacker, index: number) => tx`delete from audit_entries where seq >= ${index}`;
async function cutClean(tx: Attacker, index: number): Promise<void> {
  await cut(tx, index);
  await tx`delete from audit_nodes where (position + 1) * power(2, level) > ${index}`;
  await tx`delete from audit_checkpoints where size > ${index}`;
}
/** Shifts all places from one on; by way of negative ones, because two entries never have the same. */
async function move(tx: Attacker, from: number, by: number): Promise<void> {
  await tx`update audit_entries set seq = -1000 - seq where seq >= ${from}`;
  await tx`update audit_entries set seq = -1000 - seq + ${by} where seq <= -1000`;
}

interface Tampering {
  readonly what: string;
  /** Entries of which one can be chosen. */
  readonly within: number;
  readonly does: (tx: Attacker, index: number, other: number) => Promise<unknown>;
}

const TAMPERINGS: readonly Tampering[] = [
  { what: "an edited column", within: SIZE, does: edit },
  {
    what: "an edited detail of before",
    within: SIZE,
    does: (tx, index) => tx`update audit_entries set before = '{"n": 1e400}' where seq = ${index}`,
  },
  {
    what: "an edited time, by a millisecond",
    within: SIZE,
    does: (tx, index) => tx`update audit_entries set at = at + interval '1 ms' where seq = ${index}`,
  },
  { what: "a hash alone", within: SIZE, does: (tx, index) => tx`update audit_entries set leaf_hash = sha256('x') where seq = ${index}` },
  { what: "a hash taken away", within: SIZE, does: (tx, index) => tx`update audit_entries set leaf_hash = null where seq = ${index}` },
  { what: "an edit with its hash made to match", within: SIZE, does: (tx, index) => edit(tx, index).then(() => rehash(tx, "leaf")) },
  {
    what: "an edit with the whole tree made to match",
    within: COVERED,
    does: (tx, index) => edit(tx, index).then(() => rehash(tx, "tree")),
  },
  { what: "a deletion", within: SIZE, does: (tx, index) => tx`delete from audit_entries where seq = ${index}` },
  {
    what: "an entry that lost its place",
    within: SIZE,
    does: (tx, index) => tx`update audit_entries set seq = null, leaf_hash = null where seq = ${index}`,
  },
  {
    what: "a deletion with the others moved up",
    within: SIZE,
    does: async (tx, index) => {
      await tx`delete from audit_entries where seq = ${index}`;
      await move(tx, index + 1, -1);
    },
  },
  {
    what: "a deletion with everything made to match",
    within: COVERED,
    does: async (tx, index) => {
      await tx`delete from audit_entries where seq = ${index}`;
      await move(tx, index + 1, -1);
      await rehash(tx, "tree");
    },
  },
  {
    what: "an insertion",
    within: SIZE,
    does: async (tx, index) => {
      await move(tx, index, 1);
      await tx`insert into audit_entries select gen_random_uuid(), ${index}, at, tenant_id, actor, on_behalf_of, command, outcome, 'forged', before, after, reason,
        trace_id, leaf_hash, xid from audit_entries where seq = ${index + 1}`;
      await rehash(tx, "leaf");
    },
  },
  {
    what: "a swap, hashes and all",
    within: SIZE - 1,
    does: async (tx, index, other) => {
      const later = index + 1 + (other % (SIZE - index - 1));
      await tx`update audit_entries set seq = case when seq = ${index} then -2 else -1 end where seq in (${index}, ${later})`;
      await tx`update audit_entries set seq = case when seq = -1 then ${index}::bigint else ${later}::bigint end where seq in (-1, -2)`;
    },
  },
  { what: "a truncation", within: SIZE, does: cut },
  { what: "a truncation that leaves no trace in the database", within: COVERED, does: cutClean },
];

async function badIndex(): Promise<number | null> {
  return (await verifyLog({ directory })).first_bad_index;
}

test("a log that nobody touched is good, and says what is not covered yet", async () => {
  await append(3);
  expect(await verifyLog({ directory })).toMatchObject({
    ok: true,
    size: SIZE,
    first_bad_index: null,
    problem: null,
    checkpoints: VOUCHED.length,
    outside: { checkpoints: VOUCHED.length, size: COVERED, leaves: COVERED },
    unsealed: 3,
    uncovered: SIZE - COVERED + 3,
  });
  await restore();
});

describe("the first bad index is named exactly, wherever it lies", () => {
  test.each(TAMPERINGS)("$what", async ({ within, does }) => {
    const place = fc.oneof(fc.constantFrom(0, within - 1, 39, 40, 100, 101), fc.nat(within - 1));
    await fc.assert(
      fc.asyncProperty(place, fc.nat(SIZE), async (index, other) => {
        await attack((tx) => does(tx, index, other));
        const report = await verifyLog({ directory });
        await restore();
        expect(report.problem).toMatchObject({ index, before: null });
        expect(report).toMatchObject({ ok: false, first_bad_index: index, size: expect.any(Number) });
      }),
      { numRuns: 12 },
    );
  });

  test("a fork: the end cut off without a trace, and another one sealed in its place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(COVERED - 1), async (index) => {
        await attack((tx) => cutClean(tx, index));
        await append(SIZE - index + 20, "forked");
        await sealAll();
        const found = await badIndex();
        now += 60_000;
        const signed = await vouch(directory, new Date(now)).catch((error: Error) => error.name);
        await restore();
        expect([found, signed]).toEqual([index, "LogChangedError"]);
      }),
      { numRuns: 6 },
    );
  });
});

describe("without the copy outside of the database", () => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), "audit-none-"));
  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

  test("a rewritten tree is still caught by the signed checkpoints, to within one of them", async () => {
    await attack((tx) => edit(tx, 60).then(() => rehash(tx, "tree")));
    const report = await verifyLog({ directory: elsewhere });
    await restore();
    expect(report).toMatchObject({
      ok: false,
      first_bad_index: 40,
      outside: null,
      uncovered: SIZE,
      problem: { kind: "root", index: 40, before: 100 },
    });
  });

  test.each([
    ["a root made to match without the key", (tx: Attacker) => tx`update audit_checkpoints set root = sha256('x') where size = 100`],
    [
      "a note of another log",
      (tx: Attacker) =>
        tx`update audit_checkpoints set note = replace(note, 'reliability-center/', 'reliability-centre/') where size = 100`,
    ],
    ["a note that is none", (tx: Attacker) => tx`update audit_checkpoints set note = 'x' where size = 100`],
    ["a length that the note does not say", (tx: Attacker) => tx`update audit_checkpoints set size = 99 where size = 100`],
  ])("%s is no checkpoint", async (_what, does) => {
    await attack(does);
    const report = await verifyLog({ directory: elsewhere });
    await restore();
    expect(report).toMatchObject({ ok: false, first_bad_index: 40, problem: { kind: "checkpoint" } });
  });
});

test("the seals of beats must agree with the batches that are kept", async () => {
  const processId = "00000000-0000-4000-8000-000000000001";
  const after = { to_batch: 1, digest: "00" };
  await attack(async (tx) => {
    await tx`insert into ingest_batches (process_id, batch_no, committed_at, beats, first_received_at, last_received_at, digest)
      values (${processId}, 1, now(), 1, now(), now(), '\\x01')`;
    await tx`insert into audit_entries (id, at, actor, command, outcome, subject, after, trace_id, xid)
      values (gen_random_uuid(), now(), 'system:ingest', 'ingest.seal', 'done', ${`ingest:${processId}`}, ${tx.json(after)}, 'x', pg_current_xact_id())`;
  });
  await sealAll();
  const report = await verifyLog({ directory });
  await restore();
  expect(report.problem).toMatchObject({ kind: "ingest", index: SIZE });
});

test("what is copied outside is enough to check the signed roots without the database", async () => {
  const copied = await readCopied(directory);
  expect(copied).toHaveLength(VOUCHED.length);
  for (const { note, public_key } of copied) expect([note.length < 512, public_key.length]).toEqual([true, 60]);
});
