import type { ReactNode } from "react";
import { type Density, LooksProvider, type Theme } from "./looks/looks";
import { PaletteHost } from "./palette/palette-host";
import { PendingPage } from "./pending-page";
import { BottomTabs } from "./phone/bottom-tabs";
import { ScopeProvider } from "./scope/scope-provider";
import { SessionKeeper } from "./session-keeper";
import { SideBar } from "./side-bar";
import type { SignedInPerson } from "./signed-in-person";
import { SkipLink } from "./skip-link";
import type { SwitchesRead } from "./strips/use-switches";
import { TopBar } from "./top-bar/top-bar";

interface AppShellProps {
  readonly person: SignedInPerson;
  readonly looks: { readonly theme: Theme; readonly density: Density; readonly keysOn: boolean };
  readonly isNarrow: boolean;
  readonly switches: SwitchesRead | null;
  /** What stands above every page: whose view it is, and switches that hold something back. */
  readonly strips: ReactNode;
  readonly children: ReactNode;
}

/** Frame of every page behind the sign-in: side bar from 768 px on, tabs at the foot below. */
export function AppShell({ person, looks, isNarrow, switches, strips, children }: AppShellProps) {
  return (
    <LooksProvider initial={looks}>
      <ScopeProvider>
        <PaletteHost roles={person.roles}>
          <div className="flex min-h-dvh">
            <SkipLink />
            <SideBar startsNarrow={isNarrow} roles={person.roles} />
            <div className="flex min-w-0 flex-1 flex-col">
              <TopBar person={person} switches={switches} />
              {strips}
              <main
                id="main"
                tabIndex={-1}
                className="mx-auto w-full max-w-[100rem] min-w-0 flex-1 px-4 pt-4 pb-24 outline-none md:px-6 md:pt-6 md:pb-10"
              >
                <PendingPage>{children}</PendingPage>
              </main>
            </div>
            <BottomTabs roles={person.roles} />
            <SessionKeeper />
          </div>
        </PaletteHost>
      </ScopeProvider>
    </LooksProvider>
  );
}
