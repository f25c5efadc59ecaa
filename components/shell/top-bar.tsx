import { ClockButton } from "./clock-button";
import { FreshnessChip } from "./freshness-chip";
import { Keyboard } from "./keyboard/keyboard";
import { LanguageToggle } from "./language-toggle";
import { PersonMenu } from "./person-menu";
import { PlaceTitle } from "./place-title";
import type { SignedInPerson } from "./signed-in-person";
import { ThemeToggle } from "./theme-toggle";

interface TopBarProps {
  readonly person: SignedInPerson;
  readonly theme: "light" | "dark" | "system";
  readonly keysOn: boolean;
}

export function TopBar({ person, theme, keysOn }: TopBarProps) {
  return (
    <header className="screen-only sticky top-0 z-20 flex h-14 shrink-0 items-center gap-1 border-b border-hairline bg-panel px-4 md:gap-2 md:px-6">
      <PlaceTitle />
      <FreshnessChip />
      <div className="flex-1" />
      <ClockButton />
      <Keyboard startsOn={keysOn} />
      <LanguageToggle />
      <ThemeToggle initial={theme} />
      <PersonMenu person={person} />
    </header>
  );
}
