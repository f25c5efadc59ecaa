"use client";

import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { classNames } from "../ui/class-names";
import { keepPreference } from "../ui/preference-cookie";
import { BrandMark } from "./brand-mark";
import { isAt, placesFor } from "./navigation";
import { useScope } from "./scope/scope-provider";

/** 232 px wide, or 56 px with symbols alone, as the reader left it. */
export function SideBar({ startsNarrow, roles }: { startsNarrow: boolean; roles: readonly string[] }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const { hrefOf } = useScope();
  const [isNarrow, setIsNarrow] = useState(startsNarrow);
  const toggle = () => {
    setIsNarrow(!isNarrow);
    keepPreference("sidebar", isNarrow ? "wide" : "narrow");
  };
  const Toggle = isNarrow ? PanelLeftOpen : PanelLeftClose;
  const label = isNarrow ? t("widen") : t("narrow");
  return (
    <div
      className={classNames(
        "screen-only sticky top-0 hidden h-dvh shrink-0 flex-col border-r border-hairline bg-panel md:flex",
        isNarrow ? "w-14" : "w-58",
      )}
    >
      <Link href="/" className="flex h-14 shrink-0 items-center gap-2.5 px-3.5 font-semibold" aria-label={t("product")}>
        <BrandMark className="size-7 shrink-0" />
        {isNarrow ? null : <span className="truncate">{t("product")}</span>}
      </Link>
      <nav aria-label={t("main")} className="flex min-h-0 flex-1 flex-col gap-1 overflow-y-auto p-2">
        {placesFor(roles).map(({ href, name, icon: Icon, key }) => (
          <Link
            key={href}
            href={hrefOf(href)}
            aria-current={isAt(pathname, href) ? "page" : undefined}
            title={isNarrow ? t(name) : undefined}
            aria-label={isNarrow ? t(name) : undefined}
            className="group flex h-9 shrink-0 items-center gap-3 rounded-md px-2.5 text-muted hover:bg-raised hover:text-ink aria-[current]:bg-accent-wash aria-[current]:font-medium aria-[current]:text-ink"
          >
            <Icon aria-hidden="true" className="size-4.5 shrink-0 group-aria-[current]:text-accent" />
            {isNarrow ? null : (
              <>
                <span className="flex-1 truncate">{t(name)}</span>
                <span aria-hidden="true" className="font-mono text-xs text-muted opacity-0 group-hover:opacity-100">
                  g {key}
                </span>
              </>
            )}
          </Link>
        ))}
      </nav>
      <button
        type="button"
        onClick={toggle}
        aria-label={label}
        title={label}
        className="m-2 flex h-9 shrink-0 items-center gap-3 rounded-md px-2.5 text-muted hover:bg-raised hover:text-ink"
      >
        <Toggle aria-hidden="true" className="size-4.5 shrink-0" />
        {isNarrow ? null : <span>{t("narrow")}</span>}
      </button>
    </div>
  );
}
