"use client";

import { LayoutGrid } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { isAt, phonePlaces } from "../navigation";
import { useScope } from "../scope/scope-provider";
import { MORE_ID, MoreSheet } from "./more-sheet";

const TAB =
  "flex min-h-14 min-w-0 flex-col items-center justify-center gap-0.5 text-xs text-muted focus-visible:-outline-offset-2 aria-[current]:font-semibold aria-[current]:text-accent";

/** The side bar of a phone, where the thumb is: four tabs, and a sheet with every other page. Both work before, and without, any script. */
export function BottomTabs({ roles }: { roles: readonly string[] }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const { hrefOf } = useScope();
  const { tabs, more } = phonePlaces(roles);
  const isElsewhere = more.some(({ href }) => isAt(pathname, href));
  return (
    <>
      <MoreSheet places={more} />
      <nav
        aria-label={t("main")}
        className="screen-only fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t border-hairline bg-panel pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {tabs.map(({ href, name, icon: Icon }) => (
          <Link key={href} href={hrefOf(href)} prefetch={false} aria-current={isAt(pathname, href) ? "page" : undefined} className={TAB}>
            <Icon aria-hidden="true" className="size-5" />
            <span className="max-w-full truncate px-0.5">{t(name)}</span>
          </Link>
        ))}
        <button type="button" popoverTarget={MORE_ID} aria-current={isElsewhere ? "true" : undefined} className={TAB}>
          <LayoutGrid aria-hidden="true" className="size-5" />
          <span className="max-w-full truncate px-0.5">{t("more")}</span>
        </button>
      </nav>
    </>
  );
}
