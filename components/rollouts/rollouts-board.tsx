"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Page } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { Card } from "../ui/card";
import { PageLinks } from "../ui/page-links";
import { ReadProblem } from "../ui/read-problem";
import { RelativeTime } from "../ui/relative-time";
import { StateView } from "../ui/state-view";
import type { RolloutItem, RolloutPowers } from "./items";
import { type StartableRelease, StartCard } from "./start-card";
import { StateChip } from "./state-chip";

interface RolloutsBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: Page<RolloutItem>;
  readonly releases: readonly StartableRelease[];
  readonly powers: RolloutPowers;
  readonly firstHref: string | null;
}

/** What is on its way to everybody, newest first, and the way to send a release. */
export function RolloutsBoard({ renderedAt, url, initial, releases, powers, firstHref }: RolloutsBoardProps) {
  const t = useTranslations("rollouts");
  const { data, error, retry } = useLiveRead("rollouts", url, initial, renderedAt);
  const live = data.items.filter(({ state }) => ["staging", "running", "holding", "paused"].includes(state));
  return (
    <div className="grid gap-4">
      <p className="text-lg">{t("verdict", { count: live.length })}</p>
      <Card labelId="rollouts" title={t("list")}>
        <ReadProblem error={error} onRetry={retry} />
        {data.items.length === 0 ? <StateView kind="empty" title={t("none")} text={t("noneText")} /> : null}
        <ul className="divide-y divide-hairline">
          {data.items.map((rollout) => (
            <RolloutRow key={rollout.id} rollout={rollout} />
          ))}
        </ul>
        <PageLinks
          pageHref="/rollouts"
          firstHref={firstHref}
          nextCursor={data.next_cursor}
          texts={{ first: t("first"), next: t("next") }}
        />
      </Card>
      {powers.mayStart ? <StartCard releases={releases} /> : null}
    </div>
  );
}

function RolloutRow({ rollout }: { rollout: RolloutItem }) {
  const t = useTranslations("rollouts");
  const { counts } = rollout;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <li>
      <Link
        data-row=""
        prefetch={false}
        href={`/rollouts/${rollout.id}`}
        className="grid grid-cols-[1fr_auto] items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-raised"
      >
        <span className="min-w-0 truncate font-medium">
          <span className="font-mono">{rollout.plugin_key}</span> {rollout.version}
        </span>
        <StateChip state={rollout.state} />
        <span className="text-sm text-muted">
          {t("reached", { proven: counts.proven, all })} · {t(`wave.${rollout.wave_name}` as never)}
          {rollout.state === "completed" && counts.planned > 0 ? ` · ${t("missingShort", { count: counts.planned })}` : null}
        </span>
        <RelativeTime at={rollout.updated_at} className="text-right text-sm text-muted" />
      </Link>
    </li>
  );
}
