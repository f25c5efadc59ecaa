import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { CalendarBoard } from "@/components/rollouts/calendar/calendar-board";
import { listTenants } from "@/lib/access/queries";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { showCalendars } from "@/lib/policy/calendar/queries-calendars";

/** So many merchants stand in a choice at once; the others are found by name. */
const MERCHANTS = 100;

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("calendar") };
}

/** When nothing is widened: freezes, merchants' own hours, what holds now, what comes next and what waits for it. */
export default async function CalendarPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("calendar");
  const now = systemClock.now();
  const [calendars, tenants] = await Promise.all([showCalendars(actor.tenants, now), listTenants(actor.tenants, { limit: MERCHANTS })]);
  const mayWrite = may(actor, "calendar:write");
  const isEverywhere = actor.tenants.kind === "all";
  const mayThrow = may(actor, "switch:safer");
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <CalendarBoard
        renderedAt={now.toISOString()}
        url="/api/ops/calendars"
        initial={calendars}
        places={{
          merchants: tenants.items.map(({ id, name }) => ({ id, name })),
          plugins: [],
          versions: [],
          hasMore: tenants.next_cursor !== null,
        }}
        powers={{ mayWrite, mayAll: mayWrite && isEverywhere }}
        safety={{ email: actor.email, mayThrow, mayThrowAll: mayThrow && isEverywhere, mayAgree: may(actor, "switch:looser") }}
      />
    </div>
  );
}
