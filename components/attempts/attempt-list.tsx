"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { AttemptRowItem } from "../live/items";
import { RelativeTime } from "../ui/relative-time";
import { StateView } from "../ui/state-view";
import { AttemptChip } from "./attempt-chip";
import { methodName } from "./method-name";
import { VersionChange } from "./version-change";

/** What was tried lately, newest first. */
export function AttemptList({ attempts }: { attempts: readonly AttemptRowItem[] }) {
  const t = useTranslations("attempt");
  const methods = useTranslations("method");
  if (attempts.length === 0) return <StateView kind="empty" title={t("none")} text={t("noneText")} />;
  return (
    <ul className="divide-y divide-hairline">
      {attempts.map((attempt) => (
        <li key={attempt.id}>
          <Link
            data-row=""
            prefetch={false}
            href={attempt.incident_id ? `/incidents/${attempt.incident_id}` : `/fleet/${attempt.plugin_id}`}
            className="grid grid-cols-[1fr_auto] items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-raised"
          >
            <span className="truncate font-medium">{attempt.tenant_name}</span>
            <AttemptChip status={attempt.status} />
            <span className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
              {methodName(methods, attempt.method)} <VersionChange from={attempt.from_version} to={attempt.to_version} />
            </span>
            <RelativeTime at={attempt.created_at} className="text-right text-sm text-muted" />
          </Link>
        </li>
      ))}
    </ul>
  );
}
