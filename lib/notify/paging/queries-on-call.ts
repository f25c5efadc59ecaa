import { and, eq, sql } from "drizzle-orm";
import { people } from "@/db/schema/people";
import { may } from "@/lib/access/roles";
import type { Role, TenantScope } from "@/lib/access/types";
import type { IncidentType } from "@/lib/detection/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { type KnownPerson, onCallPerson, readOrders, readPeople } from "./gather-facts";
import { type Area, nextPage, type OnCallPerson } from "./next-page";
import { quietUntil } from "./quiet-hours";

/** An incident of each area, to ask who would be woken. */
const EXAMPLE: Readonly<Record<Area, IncidentType>> = {
  any: "webhook_fail_rate",
  plugins: "webhook_fail_rate",
  fleet: "fleet",
  integrity: "contract_violation",
};

type Order = Awaited<ReturnType<typeof readOrders>>[number];

function stateOf(known: OnCallPerson, now: Date): { state: "awake" | "asleep" | "disabled" | "may_not"; until: string | null } {
  if (known.isDisabled) return { state: "disabled", until: null };
  if (!known.mayAct) return { state: "may_not", until: null };
  const until = known.quiet ? quietUntil(known.quiet, now) : null;
  return until ? { state: "asleep", until: until.toISOString() } : { state: "awake", until: null };
}

function orderItem(order: Order, known: readonly KnownPerson[], now: Date) {
  const { area, severity } = order;
  const incident = { type: EXAMPLE[area], severity, status: "open", isAcknowledged: false, isOfFleet: false, noticedAt: null } as const;
  const asked = known.map((person) => onCallPerson(person, PLATFORM_TENANT));
  const next = nextPage({ incident, order, people: asked, sent: [], hasMail: environment().mail !== null, now });
  const listed = order.people.flatMap((id) => {
    const row = known.find(({ person }) => person.id === id);
    const person = asked.find((one) => one.id === id);
    return row && person ? [{ id, name: row.person.name, ...stateOf(person, now), critical_wakes: person.criticalWakes }] : [];
  });
  return {
    area,
    severity,
    people: listed,
    ack_minutes: order.ackMinutes,
    repage_minutes: order.repageMinutes,
    updated_at: order.updatedAt.toISOString(),
    updated_by: order.updatedBy,
    /** Who would be called if such an incident came now; null with why nobody would. */
    now: {
      person_id: next.do === "page" ? next.personId : null,
      why: next.do === "page" ? null : "why" in next ? next.why : next.do,
      until: next.do === "wait" && next.why === "quiet" ? next.until.toISOString() : null,
    },
  };
}

/** Everybody who could be put on call: whoever works for all merchants and may acknowledge. */
async function readCandidates(tx: ReaderTx) {
  const everywhere = and(eq(people.isDisabled, false), sql`'*' = any (${people.tenants})`);
  const rows = await tx.select().from(people).where(everywhere).orderBy(people.name, people.id).limit(LIMITS.pageSize);
  return rows.flatMap(({ id, name, roles }) => (may({ kind: "person", roles: roles as Role[] }, "incident:write") ? [{ id, name }] : []));
}

/**
 * Who is on call for what, and who would be woken now. The order is the platform's: who acts for some tenants only sees none of it.
 *
 * @returns `has_mail` false where nobody can be reached, whatever the order says
 */
export async function showOnCall(scope: TenantScope, now: Date) {
  const hasMail = environment().mail !== null;
  if (scope.kind !== "all") return { has_mail: hasMail, orders: [], candidates: [] };
  return read(scope, async (tx) => {
    const orders = await readOrders(tx);
    const known = await readPeople(tx, [...new Set(orders.flatMap((order) => order.people))]);
    return { has_mail: hasMail, orders: orders.map((order) => orderItem(order, known, now)), candidates: await readCandidates(tx) };
  });
}
