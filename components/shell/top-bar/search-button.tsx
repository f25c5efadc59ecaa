"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { usePalette } from "../palette/palette-host";

/** The way into the palette by hand; the keys stand on it where there are keys. */
export function SearchButton() {
  const t = useTranslations("palette");
  const { openPalette } = usePalette();
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K Meta+K"
      aria-label={t("open")}
      title={t("open")}
      onClick={() => openPalette()}
      className="inline-flex h-9 min-w-9 shrink-0 items-center justify-center gap-2 rounded-md px-2 text-sm text-muted hover:bg-raised hover:text-ink lg:border lg:border-control"
    >
      <Search aria-hidden="true" className="size-4.5" />
      <span aria-hidden="true" className="hidden items-center gap-2 lg:inline-flex">
        {t("short")}
        <span className="font-mono text-xs">Ctrl K</span>
      </span>
    </button>
  );
}
