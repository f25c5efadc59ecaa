"use client";

import { Search, X } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { LooksFields } from "../looks/looks-fields";
import { isAt, type phonePlaces } from "../navigation";
import { usePalette } from "../palette/palette-host";
import { ScopeButton } from "../scope/scope-button";
import { useScope } from "../scope/scope-provider";

export const MORE_ID = "more-pages";

const close = () => document.getElementById(MORE_ID)?.hidePopover();

/** Every page that has no tab of its own, and what the top bar has no room for: search, scope, clock, language, looks. */
export function MoreSheet({ places }: { places: ReturnType<typeof phonePlaces>["more"] }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const { hrefOf } = useScope();
  const { openPalette } = usePalette();
  return (
    <nav
      id={MORE_ID}
      popover="auto"
      aria-label={t("allPages")}
      className="screen-only fixed inset-x-0 top-auto bottom-0 m-0 max-h-[85dvh] w-full max-w-none overflow-y-auto rounded-t-xl border border-b-0 border-hairline bg-panel p-4 pt-2 pb-[calc(1rem+env(safe-area-inset-bottom))] text-ink shadow-xl"
    >
      <div className="mb-2 flex items-center justify-between">
        <p className="text-lg font-semibold">{t("allPages")}</p>
        <button
          type="button"
          popoverTarget={MORE_ID}
          popoverTargetAction="hide"
          aria-label={t("closePages")}
          className="inline-flex size-11 items-center justify-center rounded-md hover:bg-raised"
        >
          <X aria-hidden="true" className="size-5" />
        </button>
      </div>
      <div className="mb-3 grid grid-cols-2 gap-2">
        <button
          type="button"
          onClick={() => {
            close();
            openPalette();
          }}
          className="flex min-h-11 items-center gap-2 rounded-md border border-control px-3 text-muted"
        >
          <Search aria-hidden="true" className="size-4.5" />
          {t("search")}
        </button>
        <ScopeButton onOpen={close} isWide />
      </div>
      <ul className="mb-4 grid grid-cols-3 gap-1">
        {places.map(({ href, name, icon: Icon }) => (
          <li key={href}>
            <Link
              href={hrefOf(href)}
              prefetch={false}
              onClick={close}
              aria-current={isAt(pathname, href) ? "page" : undefined}
              className="flex min-h-16 flex-col items-center justify-center gap-1 rounded-md px-1 text-center text-sm text-muted hover:bg-raised aria-[current]:bg-accent-wash aria-[current]:font-semibold aria-[current]:text-accent"
            >
              <Icon aria-hidden="true" className="size-5" />
              <span className="max-w-full break-words hyphens-auto">{t(name)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <LooksFields />
    </nav>
  );
}
