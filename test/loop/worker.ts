import type postgres from "postgres";
import { afterAll, vi } from "vitest";
import { reconsider } from "@/lib/incidents/jobs/reconsider";
import { dispatchNotifications } from "@/lib/notify/jobs/dispatch";
import { systemClock } from "@/lib/platform/clock";
import { log } from "@/lib/platform/log";
import { newTrace, withTrace } from "@/lib/platform/trace";
import { lapsePlans } from "@/lib/rollout/jobs/lapse-plans";
import { work } from "@/lib/rollout/jobs/sweep";
import { openAs } from "@/test/database/open-as";

let opened: postgres.Sql | null = null;

/** The owner's connection of this file: what only the hand of fate may do, such as letting a lease run out. */
export function asOwner(): postgres.Sql {
  opened ??= openAs("owner");
  return opened;
}
afterAll(async () => {
  await opened?.end();
});

/** Leases of workers that died run out, and work that rests is due again: they end by the database's own clock. */
export async function endLeases(): Promise<void> {
  await asOwner()`update work_leases set lease_until = 'epoch'`;
}

/** Background work swallows its faults, since the next round repairs them: a test must not. */
export async function withoutFaults<Result>(does: () => Promise<Result>): Promise<Result> {
  const errors = vi.spyOn(log, "error");
  try {
    const result = await does();
    const [first] = errors.mock.calls;
    if (first) throw new Error(first[1], { cause: first[2]?.error });
    return result;
  } finally {
    errors.mockRestore();
  }
}

interface Due {
  readonly kind: "attempt" | "incident";
  readonly tenant_id: string;
  readonly id: string;
}

/** Incidents and attempts that are due at this virtual instant, whoever holds them. */
export async function readDue(): Promise<Due[]> {
  const now = new Date().toISOString();
  return asOwner()<Due[]>`
    select 'incident' as kind, tenant_id, id from plugin_incidents where decide_at <= ${now}::timestamptz
    union all select 'attempt', tenant_id, id from plugin_autopatch_attempts where due_at <= ${now}::timestamptz`;
}

/** An attempt goes as far as it can at once; an incident may be decided anew when its attempt ended at once. */
const TURNS = { attempt: 1, incident: 4 } as const;

/** What a worker does until nothing is left to do: it is woken for every incident and attempt that is due. */
export async function runWorker(owner = "worker:one"): Promise<void> {
  const turns = new Map<string, number>();
  await withTrace(newTrace(), () =>
    withoutFaults(async () => {
      await lapsePlans(new Date());
      await reconsider(new Date());
      for (;;) {
        const due = (await readDue()).filter(({ kind, id }) => (turns.get(id) ?? 0) < TURNS[kind]);
        if (due.length === 0) return;
        for (const one of due) {
          turns.set(one.id, (turns.get(one.id) ?? 0) + 1);
          await work(one, owner, systemClock, true);
        }
      }
    }),
  );
}

/** One round of the notifier. @returns how many messages were tried */
export function runNotifier(owner = "worker:one"): Promise<number> {
  return withTrace(newTrace(), () => withoutFaults(() => dispatchNotifications(owner, systemClock)));
}
