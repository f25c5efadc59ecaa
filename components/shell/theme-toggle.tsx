"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { keepPreference } from "../ui/preference-cookie";

const NEXT = { system: "light", light: "dark", dark: "system" } as const;
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

export type Theme = keyof typeof NEXT;

/** Light, dark, or as the system has it. */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const t = useTranslations("theme");
  const [theme, setTheme] = useState<Theme>(initial);
  const Icon = ICONS[theme];
  const change = () => {
    const next = NEXT[theme];
    setTheme(next);
    keepPreference("theme", next);
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  };
  return (
    <button
      type="button"
      onClick={change}
      aria-label={t("label", { theme: t(theme) })}
      title={t("label", { theme: t(theme) })}
      className="inline-flex size-9 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-ink"
    >
      <Icon aria-hidden="true" className="size-4.5" />
    </button>
  );
}
