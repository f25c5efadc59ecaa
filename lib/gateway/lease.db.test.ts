import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { writer } from "@/db/writer";
import { systemActorFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { bindScope } from "@/lib/platform/scope";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { type Lease, type LeaseSubject, requireFence, underLease } from "./lease";

const superuser = openAs("superuser");
let tenantId: string;
let subject: LeaseSubject;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});
beforeEach(() => {
  subject = { kind: "attempt", tenantId, id: randomUUID() };
});
afterAll(() => superuser.end());

const secondsLeft = async () =>
  (
    await superuser<
      { left: number }[]
    >`select extract(epoch from lease_until - now())::float8 as left from work_leases where subject_id = ${subject.id}`
  )[0]?.left ?? Number.NaN;
const runOut = () => superuser`update work_leases set lease_until = now() - interval '1 second' where subject_id = ${subject.id}`;
const checkFence = (lease: Lease) =>
  writer().transaction(async (tx) => {
    await bindScope(tx, systemActorFor("test", tenantId).tenants);
    await requireFence(tx, lease);
  });

/** Something to wait for that a test opens itself. */
function latch(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

describe("a lease", () => {
  test("is held by one at a time and answers what the work answers", async () => {
    const answer = await underLease(subject, "worker-1", async (lease) => {
      expect(lease).toEqual({ ...subject, owner: "worker-1", fence: 1 });
      expect(await secondsLeft()).toBeGreaterThan(LIMITS.leaseSeconds - 5);
      expect(await secondsLeft()).toBeLessThanOrEqual(LIMITS.leaseSeconds);
      expect(await underLease(subject, "worker-2", async () => "second")).toBeNull();
      return "first";
    });
    expect(answer).toBe("first");
  });

  test("of three that want it at once one gets it", async () => {
    const { promise: held, resolve: release } = latch();
    const work = vi.fn(() => held.then(() => "worked"));
    let turnedAway = 0;
    const racing = ["a", "b", "c"].map(async (owner) => {
      const answer = await underLease(subject, owner, work);
      if (answer === null) turnedAway += 1;
      return answer;
    });
    await vi.waitFor(() => expect(turnedAway).toBe(2));
    release();
    expect((await Promise.all(racing)).filter((answer) => answer === "worked")).toHaveLength(1);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test("is free again at once, with a higher fence", async () => {
    await underLease(subject, "worker-1", async () => undefined);
    expect(await underLease(subject, "worker-2", async ({ fence }) => fence)).toBe(2);
  });

  test("is given back when the work throws", async () => {
    await expect(underLease(subject, "worker-1", () => Promise.reject(new Error("broke")))).rejects.toThrow("broke");
    expect(await underLease(subject, "worker-2", async () => "on")).toBe("on");
  });

  test("that ran out is taken over, and what its holder still does is refused", async () => {
    await underLease(subject, "asleep", async (old) => {
      await checkFence(old);
      await runOut();
      await underLease(subject, "awake", async (lease) => {
        expect(lease.fence).toBe(old.fence + 1);
        await checkFence(lease);
        await expect(checkFence(old)).rejects.toMatchObject({ kind: "conflict", details: { code: "ERR_LEASE_LOST" } });
      });
    });
  });

  test("that was taken over is not given back by its old holder", async () => {
    const { promise: until, resolve: release } = latch();
    let second: Promise<unknown> = Promise.resolve();
    await underLease(subject, "asleep", async () => {
      await runOut();
      second = underLease(subject, "awake", () => until);
      await vi.waitFor(async () => expect(await secondsLeft()).toBeGreaterThan(0));
    });
    expect(await secondsLeft()).toBeGreaterThan(LIMITS.leaseSeconds - 10);
    expect(await underLease(subject, "third", async () => "in")).toBeNull();
    release();
    await second;
  });

  test("nobody ever had is none", async () => {
    await expect(checkFence({ ...subject, owner: "x", fence: 1 })).rejects.toMatchObject({ kind: "conflict" });
  });

  test("of another tenant is out of reach", async () => {
    const other = await makeTenant();
    await underLease(subject, "worker-1", async (lease) => {
      const [row] = await writer().transaction(async (tx) => {
        await bindScope(tx, systemActorFor("test", other.id).tenants);
        return tx.execute(sql`update work_leases set fence = 99 where subject_id = ${lease.id} returning fence`);
      });
      expect(row).toBeUndefined();
      await checkFence(lease);
    });
  });
});

describe("renewal", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("every 15 s the lease is moved on, until the work ends", async () => {
    await underLease(subject, "worker-1", async () => {
      await superuser`update work_leases set lease_until = now() + interval '20 seconds' where subject_id = ${subject.id}`;
      await vi.advanceTimersByTimeAsync(LIMITS.leaseRenewSeconds * 1_000 - 1);
      expect(await secondsLeft()).toBeLessThan(21);
      await vi.advanceTimersByTimeAsync(1);
      await vi.waitFor(async () => expect(await secondsLeft()).toBeGreaterThan(LIMITS.leaseSeconds - 5));
    });
    expect(vi.getTimerCount()).toBe(0);
    expect(await secondsLeft()).toBeLessThan(0.001);
  });
});
