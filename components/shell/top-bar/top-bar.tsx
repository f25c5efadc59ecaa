"use client";

import { Keyboard } from "../keyboard/keyboard";
import { useLooks } from "../looks/looks";
import { ScopeButton } from "../scope/scope-button";
import type { SignedInPerson } from "../signed-in-person";
import type { SwitchesRead } from "../strips/use-switches";
import { ClockButton } from "./clock-button";
import { FreshnessChip } from "./freshness-chip";
import { LanguageToggle } from "./language-toggle";
import { PersonMenu } from "./person-menu";
import { PlaceTitle } from "./place-title";
import { SafetyShield } from "./safety-shield";
import { SearchButton } from "./search-button";
import { ThemeButton } from "./theme-toggle";

interface TopBarProps {
  readonly person: SignedInPerson;
  /** Null for somebody who may not see the switches. */
  readonly switches: SwitchesRead | null;
}

/** On every page: where one is, within what, how fresh it is, what time it is, and safety. A phone has the rest on its sheet. */
export function TopBar({ person, switches }: TopBarProps) {
  const { theme, chooseTheme } = useLooks();
  return (
    <header className="screen-only sticky top-0 z-20 flex h-14 shrink-0 items-center gap-1 border-b border-hairline bg-panel px-4 md:gap-2 md:px-6">
      <PlaceTitle />
      <ScopeButton />
      <FreshnessChip />
      <div className="flex-1" />
      <SearchButton />
      <ClockButton />
      <Keyboard />
      <div className="hidden items-center gap-1 md:flex">
        <LanguageToggle />
        <ThemeButton theme={theme} onChoose={chooseTheme} />
      </div>
      {switches ? <SafetyShield read={switches} /> : null}
      <PersonMenu person={person} />
    </header>
  );
}
