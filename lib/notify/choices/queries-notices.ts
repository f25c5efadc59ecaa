import { eq } from "drizzle-orm";
import { personNotices, tenantNotices } from "@/db/schema/notify";
import { people } from "@/db/schema/people";
import { tenants } from "@/db/schema/tenants";
import type { Actor, TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { environment } from "@/lib/platform/env";
import { read } from "@/lib/platform/scope";
import { MERCHANT_EVENTS, suggestedEvents } from "./default-events";
import { clockOf } from "./wall-clock";

const clock = (minutes: number | null | undefined) => (minutes === null || minutes === undefined ? null : clockOf(minutes));

/** How the caller is told. `known` false where there is no record of them; `is_own` false where their rights decide what they hear of. */
export async function showOwnNotices({ email, tenants: scope }: Actor) {
  const row = await read(scope, async (tx) => {
    const [found] = await tx
      .select({ person: people, notices: personNotices })
      .from(people)
      .leftJoin(personNotices, eq(personNotices.personId, people.id))
      .where(eq(people.email, email ?? ""));
    if (!found) return null;
    const [merchant] = await tx
      .select({ events: tenantNotices.emailEvents })
      .from(tenantNotices)
      .where(eq(tenantNotices.tenantId, found.person.tenants.find((id) => id !== "*") ?? PLATFORM_TENANT));
    return { ...found, merchantEvents: merchant?.events ?? null };
  });
  const notices = row?.notices ?? null;
  const suggested = row ? suggestedEvents(row.person, row.merchantEvents) : [];
  return {
    known: row !== null,
    has_mail: environment().mail !== null,
    is_own: notices?.emailEvents != null,
    language: notices?.language ?? null,
    email_events: [...(notices?.emailEvents ?? suggested)],
    suggested_events: [...suggested],
    time_zone: notices?.timeZone ?? null,
    quiet_from: clock(notices?.quietFrom),
    quiet_to: clock(notices?.quietTo),
    critical_wakes: notices?.criticalWakes ?? false,
  };
}

/** What the people of a merchant are told of; null where there is no such merchant within the scope. */
export async function showTenantNotices(scope: TenantScope, tenantId: string) {
  const [row] = await read(scope, (tx) =>
    tx
      .select({ name: tenants.name, language: tenants.locale, events: tenantNotices.emailEvents })
      .from(tenants)
      .leftJoin(tenantNotices, eq(tenantNotices.tenantId, tenants.id))
      .where(eq(tenants.id, tenantId)),
  );
  return row
    ? {
        id: tenantId,
        name: row.name,
        language: row.language,
        is_own: row.events !== null,
        email_events: row.events ?? [...MERCHANT_EVENTS],
      }
    : null;
}
