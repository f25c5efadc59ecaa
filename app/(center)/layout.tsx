import type { ReactNode } from "react";
import { readPreferences } from "@/app/preferences";
import { LiveProvider } from "@/components/live/live-provider";
import { SupportBanner, type SupportShown, SupportWatch } from "@/components/people/support/support-banner";
import { WatchedStrip } from "@/components/people/support/watched-strip";
import { AppShell } from "@/components/shell/app-shell";
import { OfflineOnly } from "@/components/shell/strips/offline-strip";
import { SafetyStrips } from "@/components/shell/strips/safety-strips";
import { TimeZoneProvider } from "@/components/ui/time-zone";
import { Toaster } from "@/components/ui/toaster";
import { may } from "@/lib/access/roles";
import { listOwnSupport } from "@/lib/access/sessions/support/queries-support";
import type { Actor } from "@/lib/access/types";
import { systemClock } from "@/lib/platform/clock";
import { showSwitches } from "@/lib/policy/queries";
import { signedIn } from "./signed-in";

/** Support mode as the page tells it: who really looks, at whose view, and for how long still. */
function supportShown({ supporting }: Actor, now: Date): SupportShown | null {
  if (!supporting) return null;
  const { id, self, target, over, endsAt } = supporting;
  return { id, helper: self.email ?? self.id, target: target.name, over, leftMs: Math.max(0, endsAt.getTime() - now.getTime()) };
}

/** Everything behind the sign-in: the shell, the live connection, and what safety holds back. */
export default async function CenterLayout({ children }: { children: ReactNode }) {
  const actor = await signedIn();
  const preferences = await readPreferences();
  const now = systemClock.now();
  const renderedAt = now.toISOString();
  const support = supportShown(actor, now);
  const [held, looks] = await Promise.all([
    may(actor, "incident:read") ? showSwitches(actor.tenants) : null,
    support ? null : listOwnSupport(actor, now),
  ]);
  const watching = looks?.items.find((look) => look.is_open && look.is_about_me);
  const switches = held ? { url: "/api/ops/switches", initial: held, renderedAt } : null;
  return (
    <LiveProvider serverNow={renderedAt}>
      <TimeZoneProvider initial={preferences.clock}>
        <Toaster>
          <AppShell
            person={{ email: (actor.supporting?.self ?? actor).email ?? actor.id, roles: actor.roles }}
            looks={preferences}
            isNarrow={preferences.isNarrow}
            switches={switches}
            strips={
              <>
                {support ? <SupportBanner {...support} /> : null}
                {watching ? <WatchedStrip name={watching.helper_name} reason={watching.reason} /> : null}
                {switches ? <SafetyStrips read={switches} /> : <OfflineOnly />}
                <SupportWatch />
              </>
            }
          >
            {children}
          </AppShell>
        </Toaster>
      </TimeZoneProvider>
    </LiveProvider>
  );
}
