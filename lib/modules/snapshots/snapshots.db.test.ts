import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POST as chunkRoute } from "@/app/api/modules/snapshots/[id]/chunks/[digest]/route";
import { POST as readRoute } from "@/app/api/modules/snapshots/[id]/read/route";
import { restoreDrills, snapshotChunks, snapshotRefs, snapshotRestores } from "@/db/schema/modules/snapshots";
import { modules } from "@/db/schema/tenants";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { asGateway, makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { signedModuleRequest } from "@/test/module-service";
import { dropChunks } from "./commands/drop-chunks";
import { expireSnapshot } from "./commands/expire-snapshot";
import { restoreSnapshot } from "./commands/restore-snapshot";
import { drillRestores } from "./jobs/drill-restores";
import { moveRestores } from "./jobs/move-restores";
import { moveSnapshots } from "./jobs/move-snapshots";
import { takeSnapshot } from "./jobs/take-snapshot";
import { readSnapshot } from "./queries-snapshots";
import { type KeepingModule, startKeepingModule } from "./testing/keeping-module";

const superuser = openAs("superuser");
const system = systemActor("heal", "operate");
const all = scopeFor("operate");
let module: KeepingModule;
let atlas: string;
let boreal: string;
beforeAll(async () => {
  await ensureCommandKey(new Date());
  [atlas, boreal] = [(await makeTenant()).id, (await makeTenant()).id];
  module = await startKeepingModule([atlas, boreal], `keeper-${randomUUID().slice(0, 8)}`);
  for (const id of [atlas, boreal]) for (let n = 0; n < 300; n += 1) module.rows.get(id)?.set(`row-${n}`, `value ${n} of ${n % 7}`);
});
afterAll(async () => {
  await module.close();
  await superuser.end();
});

async function until<T>(look: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (const deadline = performance.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const value = await look();
    if (isSo(value)) return value;
    module.agent.urgent();
    if (performance.now() > deadline) throw new Error(`not in time: ${JSON.stringify(value)}`);
  }
}
const isOver = (row: { status: string } | null | undefined) =>
  row !== null && row !== undefined && ["sealed", "failed", "done"].includes(row.status);
async function snapshotOf(tenantId: string, moduleKey: string | null = module.key) {
  const id = randomUUID();
  await takeSnapshot({ id, tenantId, moduleKey, reason: "by_hand", note: "a test of snapshots" }, system, new Date());
  const row = await until(async () => {
    await moveSnapshots(new Date());
    return read(all, (tx) => readSnapshot(tx, tenantId, id));
  }, isOver);
  return row ?? expect.fail("no snapshot");
}
async function restore(snapshotId: string) {
  const input = { snapshotId, reason: "the rows are wrong" };
  const { id } = await runCommand(restoreSnapshot, { input, actor: system, now: new Date() });
  return until(async () => {
    await moveSnapshots(new Date());
    await moveRestores(new Date());
    return (await read(all, (tx) => tx.select().from(snapshotRestores).where(eq(snapshotRestores.id, id))))[0];
  }, isOver);
}
const chunksOf = (tenantId: string) => read(all, (tx) => tx.select().from(snapshotChunks).where(eq(snapshotChunks.tenantId, tenantId)));

describe("a snapshot of a module", { timeout: 60_000 }, () => {
  test("brings back what one tenant had and touches no other, and is itself taken back", async () => {
    const before = new Map(module.rows.get(atlas));
    const others = new Map(module.rows.get(boreal));
    const snapshot = await snapshotOf(atlas);
    expect(snapshot).toMatchObject({ status: "sealed", rows: 300, failure: null });
    for (let n = 0; n < 100; n += 1) module.rows.get(atlas)?.delete(`row-${n}`);
    module.rows.get(atlas)?.set("row-200", "skewed");
    module.rows.get(atlas)?.set("junk", "never saved");
    const broken = new Map(module.rows.get(atlas));
    const done = await restore(snapshot.id);
    expect(done).toMatchObject({ status: "done", isEqual: true, rows: 300 });
    expect(module.rows.get(atlas)).toEqual(before);
    expect(module.rows.get(boreal)).toEqual(others);
    const undone = await restore(done?.undoSnapshotId ?? "");
    expect(undone).toMatchObject({ status: "done", isEqual: true });
    expect(module.rows.get(atlas)).toEqual(broken);
    await restore(snapshot.id);
  });

  test("a restore that loses a row is told as failed, however well its module thinks of it", async () => {
    const snapshot = await snapshotOf(atlas);
    module.loses = "row-250";
    const failed = await restore(snapshot.id);
    module.loses = null;
    expect(failed).toMatchObject({ status: "failed", isEqual: false, rows: 299 });
    expect(await restore(snapshot.id)).toMatchObject({ status: "done", isEqual: true });
  });

  test("what is committed after it was saved is not lost: it is saved again first, and given up where it never stands still", async () => {
    const snapshot = await snapshotOf(boreal);
    let moves = 1;
    module.before = () => {
      if (moves > 0) module.rows.get(boreal)?.set(`late-${moves}`, "committed in between");
      moves -= 1;
    };
    const done = await restore(snapshot.id);
    expect(done).toMatchObject({ status: "done", isEqual: true });
    expect(module.rows.get(boreal)?.has("late-1")).toBe(false);
    await restore(done?.undoSnapshotId ?? "");
    expect(module.rows.get(boreal)?.get("late-1")).toBe("committed in between");
    moves = 100;
    const failed = await restore(snapshot.id);
    module.before = null;
    expect(failed).toMatchObject({ status: "failed", detail: expect.stringContaining("nothing was changed") });
    expect(module.rows.get(boreal)?.size).toBe(301 + LIMITS.snapshotRestoreTries);
    await restore(snapshot.id);
  });

  test("the same bytes are kept once for a tenant, under another name for another tenant, and nothing of them is legible", async () => {
    const [one, again] = [await snapshotOf(atlas), await snapshotOf(atlas)];
    expect(again.digest).toBe(one.digest);
    const refs = await read(all, (tx) => tx.select().from(snapshotRefs).where(eq(snapshotRefs.snapshotId, one.id)));
    const [row] = await superuser`select count(*)::int as n from snapshot_refs where digest = ${refs[0]?.digest ?? ""}`;
    expect(row?.n).toBeGreaterThan(1);
    await snapshotOf(boreal);
    const [mine, theirs] = [await chunksOf(atlas), await chunksOf(boreal)];
    expect(mine.filter(({ digest }) => theirs.some((other) => other.digest === digest))).toEqual([]);
    for (const { sealed } of mine) expect(sealed.includes("value 3")).toBe(false);
  });

  test("a rehearsal is equal, changes nothing, and keeps its times", async () => {
    const before = new Map(module.rows.get(boreal));
    const round = async () => {
      await drillRestores(new Date());
      return read(all, (tx) => tx.select().from(restoreDrills).where(eq(restoreDrills.moduleKey, module.key)));
    };
    const [drill] = await until(round, (rows) => rows.length > 0);
    expect(drill).toMatchObject({ isEqual: true, rows: 300, detail: null });
    expect(drill?.rtoMs).toBeGreaterThan(0);
    expect(drill?.rpoMs).toBeGreaterThan(0);
    expect(module.rows.get(boreal)).toEqual(before);
    expect(await round()).toHaveLength(1);
  });

  test("pieces come and go under an order only", async () => {
    const snapshot = await snapshotOf(atlas);
    const content = '["things",{"id":"x"}]\n';
    const { createHash } = await import("node:crypto");
    const digest = createHash("sha256").update(content).digest("hex");
    const head = (data: object) => JSON.stringify({ type: "module.snapshot.chunk", timestamp: new Date().toISOString(), data });
    const data = { module_id: module.id, snapshot_id: snapshot.id, position: 0, rows: 1, digest };
    const send = async (body: string, path = { id: snapshot.id, digest }) =>
      (await chunkRoute(signedModuleRequest(module, "/x", body), { params: Promise.resolve(path) })).status;
    expect(await send(`${head(data)}\n${content}`)).toBe(409);
    expect(await send(`${head(data)}\n${content}changed`)).toBe(400);
    expect(await send(`${head(data)}\n${content}`, { id: randomUUID(), digest })).toBe(401);
    expect(await send(`${head({ ...data, module_id: randomUUID() })}\n${content}`)).toBe(401);
    expect(await send(content)).toBe(401);
    const wish = {
      type: "module.snapshot.read",
      timestamp: new Date().toISOString(),
      data: { module_id: module.id, snapshot_id: snapshot.id, position: 0 },
    };
    const reply = await readRoute(signedModuleRequest(module, "/x", JSON.stringify(wish)), {
      params: Promise.resolve({ id: snapshot.id }),
    });
    expect(reply.status).toBe(404);
  });
});

describe("Center's own rows", () => {
  test("what people chose for a tenant comes back; what came later stops to count", async () => {
    const tenant = (await makeTenant()).id;
    const now = new Date();
    const [kept, later] = [randomUUID(), randomUUID()];
    const row = (id: string, moduleKey: string) => ({
      tenantId: tenant,
      id,
      moduleKey,
      isEntitled: true,
      entitledAt: now,
      createdAt: now,
      updatedAt: now,
    });
    await asGateway(async (tx) => void (await tx.insert(modules).values(row(kept, "search"))));
    const snapshot = await snapshotOf(tenant, null);
    expect(snapshot).toMatchObject({ status: "sealed", rows: 1 });
    await asGateway(async (tx) => {
      await tx.update(modules).set({ isEntitled: false, entitledAt: null }).where(eq(modules.id, kept));
      await tx.insert(modules).values(row(later, "billing"));
    });
    expect(await restore(snapshot.id)).toMatchObject({ status: "done", isEqual: true });
    const there = await read(all, (tx) => tx.select().from(modules).where(eq(modules.tenantId, tenant)));
    expect(Object.fromEntries(there.map(({ id, isEntitled }) => [id, isEntitled]))).toEqual({ [kept]: true, [later]: false });
  });
});

describe("an old snapshot", () => {
  test("lets go of its chunks, and those that nothing else needs go; a person restores by a second factor", async () => {
    const tenant = (await makeTenant()).id;
    const now = new Date();
    await asGateway(
      async (tx) =>
        void (await tx.insert(modules).values({ tenantId: tenant, id: randomUUID(), moduleKey: "a", createdAt: now, updatedAt: now })),
    );
    const snapshot = await snapshotOf(tenant, null);
    const asked = runCommand(restoreSnapshot, {
      input: { snapshotId: snapshot.id, reason: "the rows are wrong" },
      actor: personActor(),
      now,
    });
    expect((await refusalOf(asked)).details.code).toBe("ERR_STEP_UP");
    const run = (at: Date) => runCommand(expireSnapshot, { input: { tenantId: tenant, id: snapshot.id }, actor: system, now: at });
    expect((await refusalOf(run(now))).kind).toBe("conflict");
    const later = new Date(snapshot.expiresAt.getTime() + 1_000);
    expect(await run(later)).toMatchObject({ chunks_let_go: 1 });
    await runCommand(dropChunks, { input: {}, actor: system, now });
    expect(await chunksOf(tenant)).toHaveLength(1);
    await runCommand(dropChunks, {
      input: {},
      actor: system,
      now: new Date(now.getTime() + (LIMITS.snapshotChunkIdleSeconds + 60) * 1_000),
    });
    expect(await chunksOf(tenant)).toHaveLength(0);
    const gone = runCommand(restoreSnapshot, {
      input: { snapshotId: snapshot.id, reason: "the rows are wrong" },
      actor: system,
      now: later,
    });
    expect((await refusalOf(gone)).kind).toBe("conflict");
    expect(
      await read(all, (tx) =>
        tx
          .select()
          .from(snapshotRefs)
          .where(and(eq(snapshotRefs.tenantId, tenant))),
      ),
    ).toEqual([]);
  });
});
