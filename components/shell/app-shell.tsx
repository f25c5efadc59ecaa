import type { ReactNode } from "react";
import { BottomTabs } from "./bottom-tabs";
import { SideBar } from "./side-bar";
import { SkipLink } from "./skip-link";
import { SessionKeeper } from "./session-keeper";
import { TopBar } from "./top-bar";

export interface SignedIn {
  readonly email: string;
  readonly roles: readonly string[];
}

interface AppShellProps {
  readonly person: SignedIn;
  readonly theme: "light" | "dark" | "system";
  readonly keysOn: boolean;
  readonly isNarrow: boolean;
  readonly children: ReactNode;
}

/** Frame of every page behind the sign-in: side bar from 768 px on, tabs at the foot below. */
export function AppShell({ person, theme, keysOn, isNarrow, children }: AppShellProps) {
  return (
    <div className="flex min-h-dvh">
      <SkipLink />
      <SideBar startsNarrow={isNarrow} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar person={person} theme={theme} keysOn={keysOn} />
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-7xl min-w-0 flex-1 px-4 pt-4 pb-24 outline-none md:px-6 md:pt-6 md:pb-10">
          {children}
        </main>
      </div>
      <BottomTabs />
      <SessionKeeper />
    </div>
  );
}
