"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "../../ui/card";
import type { RolloutDetail } from "../items";

const STATES = ["updating", "proven", "rolled_back", "refused", "failed", "left_out", "planned"] as const;

/** Who has it, who had to go back, who is left out and why; whoever went wrong first. */
export function MembersCard({ rollout }: { rollout: RolloutDetail }) {
  const t = useTranslations("rollouts");
  const { counts, members } = rollout;
  return (
    <Card labelId="members" title={t("members")}>
      <dl className="flex flex-wrap gap-x-6 gap-y-2 px-4 py-3">
        {STATES.map((state) => (
          <div key={state}>
            <dt className="text-sm text-muted">
              {t(rollout.state === "completed" && state === "planned" ? "member.missing" : `member.${state}`)}
            </dt>
            <dd className="live-data text-lg font-semibold tabular-nums">{counts[state]}</dd>
          </div>
        ))}
      </dl>
      {counts.refused > 0 ? <p className="px-4 pb-3 text-sm">{t("refusedNote", { count: counts.refused })}</p> : null}
      {["recalled", "aborted"].includes(rollout.state) ? <p className="px-4 pb-3 text-sm text-muted">{t("asEnded")}</p> : null}
      <ul className="divide-y divide-hairline border-t border-hairline">
        {members.map((member) => (
          <li key={member.plugin_id} className="grid gap-x-3 gap-y-0.5 px-4 py-2 text-sm sm:grid-cols-[1fr_auto_auto]">
            <Link
              href={`/fleet/${member.plugin_id}`}
              className="min-h-11 content-center truncate font-medium text-accent hover:underline sm:min-h-6"
            >
              {member.tenant_name}
            </Link>
            <span className="text-muted">
              {t(`wave.${rollout.waves[member.wave]?.name ?? "all"}` as never)}
              {member.is_late ? ` · ${t("late")}` : ""} · <span className="font-mono">{member.running_version}</span>
            </span>
            <span className="sm:text-right">
              {t(rollout.state === "completed" && member.state === "planned" ? "member.missing" : `member.${member.state}`)}
            </span>
            {member.why ? (
              <span lang="en" className="min-w-0 break-words text-muted sm:col-span-full">
                {member.why}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
