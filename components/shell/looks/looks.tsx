"use client";

import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { keepPreference } from "../../ui/preference-cookie";

export type Theme = "system" | "light" | "dark";
export type Density = "compact" | "normal" | "roomy";

interface Looks {
  readonly theme: Theme;
  readonly density: Density;
  /** Whether single keys do something. */
  readonly keysOn: boolean;
  chooseTheme(theme: Theme): void;
  chooseDensity(density: Density): void;
  turnKeys(isOn: boolean): void;
}

const LooksContext = createContext<Looks | null>(null);

/** Puts a theme on the document at once; the cookie has the server do so from the next page on. */
export function showTheme(theme: Theme): void {
  keepPreference("theme", theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

interface LooksProviderProps {
  readonly initial: Pick<Looks, "theme" | "density" | "keysOn">;
  readonly children: ReactNode;
}

/** What the reader chose about looks and keys, the same in the top bar, on a phone's sheet and in the account. */
export function LooksProvider({ initial, children }: LooksProviderProps) {
  const [theme, setTheme] = useState(initial.theme);
  const [density, setDensity] = useState(initial.density);
  const [keysOn, setKeysOn] = useState(initial.keysOn);
  const looks = useMemo<Looks>(
    () => ({
      theme,
      density,
      keysOn,
      chooseTheme: (next) => {
        setTheme(next);
        showTheme(next);
      },
      chooseDensity: (next) => {
        setDensity(next);
        keepPreference("density", next);
        document.documentElement.dataset.density = next;
      },
      turnKeys: (isOn) => {
        setKeysOn(isOn);
        keepPreference("keys", isOn ? "on" : "off");
      },
    }),
    [theme, density, keysOn],
  );
  return <LooksContext value={looks}>{children}</LooksContext>;
}

export function useLooks(): Looks {
  const looks = useContext(LooksContext);
  if (!looks) throw new RangeError("A choice about looks stands outside of LooksProvider");
  return looks;
}
