"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { showTheme, type Theme } from "../looks/looks";

const NEXT = { system: "light", light: "dark", dark: "system" } as const;
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

/** Light, dark, or as the system has it: where nobody is signed in yet. */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState<Theme>(initial);
  const change = (next: Theme) => {
    setTheme(next);
    showTheme(next);
  };
  return <ThemeButton theme={theme} onChoose={change} />;
}

/** The three one after the other. */
export function ThemeButton({ theme, onChoose }: { theme: Theme; onChoose: (theme: Theme) => void }) {
  const t = useTranslations("theme");
  const Icon = ICONS[theme];
  const label = t("label", { theme: t(theme) });
  return (
    <button
      type="button"
      onClick={() => onChoose(NEXT[theme])}
      aria-label={label}
      title={label}
      className="inline-flex size-9 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-ink"
    >
      <Icon aria-hidden="true" className="size-4.5" />
    </button>
  );
}
