"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { isAt, placesFor } from "./navigation";

/** The side bar of a phone, where the thumb is; what does not fit is a stroke of the thumb away. */
export function BottomTabs({ roles }: { roles: readonly string[] }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  return (
    <nav
      aria-label={t("main")}
      className="screen-only fixed inset-x-0 bottom-0 z-30 flex overflow-x-auto border-t border-hairline bg-panel pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {placesFor(roles).map(({ href, name, icon: Icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={isAt(pathname, href) ? "page" : undefined}
          className="flex min-h-14 min-w-16 flex-1 shrink-0 flex-col items-center justify-center gap-0.5 text-xs text-muted aria-[current]:font-semibold aria-[current]:text-accent"
        >
          <Icon aria-hidden="true" className="size-5" />
          <span className="max-w-full truncate px-0.5">{t(name)}</span>
        </Link>
      ))}
    </nav>
  );
}
