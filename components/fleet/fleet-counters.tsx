"use client";

import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { FleetCounts } from "../live/items";
import { useLiveState } from "../live/live-provider";

const SHOWN = [
  { name: "total", href: "/fleet" },
  { name: "sick", href: "/fleet?incident=open" },
  { name: "needs_person", href: "/fleet?incident=person" },
  { name: "late", href: "/fleet?presence=late" },
  { name: "silent", href: "/fleet?presence=silent" },
  { name: "unknown", href: "/fleet?presence=unknown" },
] as const;

/** The whole fleet in figures; each leads to the plugins behind it. Figures that are no longer known to be true are dashes. */
export function FleetCounters({ counts }: { counts: FleetCounts }) {
  const t = useTranslations("fleet.counters");
  const format = useFormatter();
  const isTrusted = useLiveState("isTrusted");
  return (
    <ul aria-label={t("title")} className="grid grid-cols-3 gap-2 xl:grid-cols-6">
      {SHOWN.map(({ name, href }) => (
        <li key={name}>
          <Link
            href={href}
            prefetch={false}
            className="flex h-full min-h-14 flex-col justify-center rounded-lg border border-hairline bg-panel px-3 py-2 hover:bg-raised sm:px-4"
          >
            <span className="text-xl font-semibold">{isTrusted ? format.number(counts[name]) : "–"}</span>
            <span className="text-sm text-muted">{t(name)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
