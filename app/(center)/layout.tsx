import type { ReactNode } from "react";
import { readPreferences } from "@/app/preferences";
import { LiveProvider } from "@/components/live/live-provider";
import { AppShell } from "@/components/shell/app-shell";
import { SafetyStrips } from "@/components/shell/safety-strips";
import { TimeZoneProvider } from "@/components/ui/time-zone";
import { Toaster } from "@/components/ui/toaster";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { showSwitches } from "@/lib/policy/queries";
import { signedIn } from "./signed-in";

/** Everything behind the sign-in: the shell, the live connection, and what safety holds back. */
export default async function CenterLayout({ children }: { children: ReactNode }) {
  const actor = await signedIn();
  const preferences = await readPreferences();
  const renderedAt = systemClock.now().toISOString();
  const switches = may(actor, "incident:read") ? await showSwitches(actor.tenants) : null;
  return (
    <LiveProvider serverNow={renderedAt}>
      <TimeZoneProvider initial={preferences.clock}>
        <Toaster>
          <AppShell
            person={{ email: actor.email ?? actor.id, roles: actor.roles }}
            theme={preferences.theme}
            keysOn={preferences.keysOn}
            isNarrow={preferences.isNarrow}
            strips={switches ? <SafetyStrips url="/api/ops/switches" initial={switches} renderedAt={renderedAt} /> : null}
          >
            {children}
          </AppShell>
        </Toaster>
      </TimeZoneProvider>
    </LiveProvider>
  );
}
