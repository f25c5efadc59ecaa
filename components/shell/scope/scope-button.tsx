"use client";

import { useQuery } from "@tanstack/react-query";
import { Crosshair } from "lucide-react";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { SearchAnswer } from "@/lib/platform/web/search/types";
import { fetchJson } from "../../live/fetch-json";
import { classNames } from "../../ui/class-names";
import { usePalette } from "../palette/palette-host";
import { isEverything, isNarrowed, type Scope } from "./scope";
import { useScope } from "./scope-provider";

/** What a scope is called; its id until the name is known. */
function useScopeName({ tenantId, moduleKey }: Scope): string | null {
  const id = tenantId ?? moduleKey;
  const { data } = useQuery({
    queryKey: ["scope-name", id],
    queryFn: async ({ signal }) => {
      const parameters = new URLSearchParams({ q: id ?? "", kinds: tenantId ? "tenant" : "module" });
      const { items } = await fetchJson<SearchAnswer>(`/api/ops/search?${parameters}`, { signal });
      return items.find((item) => item.id === id)?.title ?? id;
    },
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? id?.slice(0, 8) ?? null;
}

interface ScopeButtonProps {
  /** On a phone's sheet: over the whole width, and the sheet gives way. */
  readonly isWide?: boolean;
  onOpen?(): void;
}

/** What the lists are narrowed to, and the way to choose anew; it says where a page does not follow it. */
export function ScopeButton({ isWide = false, onOpen }: ScopeButtonProps) {
  const t = useTranslations("scope");
  const pathname = usePathname();
  const { scope } = useScope();
  const { openPalette } = usePalette();
  const name = useScopeName(scope);
  const isAll = isEverything(scope);
  const isFollowed = isAll || isNarrowed(pathname, scope);
  const text = isAll ? t("all") : (name ?? "");
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-label={t(isFollowed ? "label" : "labelNotHere", { name: text })}
      title={isFollowed ? t("change") : t("notHere")}
      onClick={() => {
        onOpen?.();
        openPalette("scope");
      }}
      className={classNames(
        "min-w-0 items-center gap-2 rounded-md border px-2.5 text-sm hover:bg-raised",
        isAll ? "border-control text-muted" : "border-accent bg-accent-wash font-medium",
        isFollowed ? "" : "border-dashed",
        isWide ? "flex min-h-11" : "hidden h-9 max-w-44 md:inline-flex",
      )}
    >
      <Crosshair aria-hidden="true" className="size-4 shrink-0" />
      <span className="truncate">{text}</span>
    </button>
  );
}
