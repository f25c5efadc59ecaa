import { desc, eq, or } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { people, supportSessions } from "@/db/schema/people";
import type { Actor } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";

/** Who looked at the caller's view, and at whose view the caller looked, newest first: for both to check. */
export async function listOwnSupport({ email }: Pick<Actor, "email">, now: Date) {
  const [helper, target] = [alias(people, "helper"), alias(people, "target")];
  const rows = await read({ kind: "set", ids: [] }, (tx) =>
    tx
      .select({ support: supportSessions, helper: helper.email, helperName: helper.name, target: target.email })
      .from(supportSessions)
      .innerJoin(helper, eq(helper.id, supportSessions.personId))
      .leftJoin(target, eq(target.id, supportSessions.targetPerson))
      .where(or(eq(helper.email, email ?? ""), eq(target.email, email ?? "")))
      .orderBy(desc(supportSessions.startedAt), desc(supportSessions.id))
      .limit(LIMITS.supportShown),
  );
  const items = rows.map(({ support, ...names }) => ({
    id: support.id,
    helper: names.helper,
    helper_name: names.helperName,
    target: names.target ?? `tenant:${support.targetTenant}`,
    /** Whether it is the caller's own view that was looked at. */
    is_about_me: names.target === email,
    reason: support.reason,
    started_at: support.startedAt.toISOString(),
    ends_at: (support.endedAt ?? support.endsAt).toISOString(),
    is_open: support.endedAt === null && support.endsAt > now,
  }));
  return { items, next_cursor: null };
}
