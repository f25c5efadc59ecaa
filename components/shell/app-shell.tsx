import type { ReactNode } from "react";
import { BottomTabs } from "./bottom-tabs";
import { SessionKeeper } from "./session-keeper";
import { SideBar } from "./side-bar";
import type { SignedInPerson } from "./signed-in-person";
import { SkipLink } from "./skip-link";
import { TopBar } from "./top-bar";

interface AppShellProps {
  readonly person: SignedInPerson;
  readonly theme: "light" | "dark" | "system";
  readonly keysOn: boolean;
  readonly isNarrow: boolean;
  /** What stands above every page: switches that hold something back. */
  readonly strips: ReactNode;
  readonly children: ReactNode;
}

/** Frame of every page behind the sign-in: side bar from 768 px on, tabs at the foot below. */
export function AppShell({ person, theme, keysOn, isNarrow, strips, children }: AppShellProps) {
  return (
    <div className="flex min-h-dvh">
      <SkipLink />
      <SideBar startsNarrow={isNarrow} roles={person.roles} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar person={person} theme={theme} keysOn={keysOn} />
        {strips}
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[100rem] min-w-0 flex-1 px-4 pt-4 pb-24 outline-none md:px-6 md:pt-6 md:pb-10"
        >
          {children}
        </main>
      </div>
      <BottomTabs roles={person.roles} />
      <SessionKeeper />
    </div>
  );
}
