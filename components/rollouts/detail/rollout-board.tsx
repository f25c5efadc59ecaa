"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useLiveRead } from "../../live/use-live-read";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import type { RolloutDetail, RolloutPowers } from "../items";
import { StateChip } from "../state-chip";
import { EvidenceCard } from "./evidence-card";
import { MembersCard } from "./members-card";
import { RecallCard } from "./recall-card";
import { RolloutActions } from "./rollout-actions";
import { WaveStepper } from "./wave-stepper";

interface RolloutBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: RolloutDetail;
  readonly powers: RolloutPowers;
}

/** What does not pass by itself. */
const LEFT_TO_PEOPLE: ReadonlySet<string> = new Set(["suspicion", "rollback_rate"]);

/** Beats move the evidence without a notice of their own. */
const EVERY_MS = 5_000;

/** One rollout: the verdict, its way, what each wave proved and did not, who has it, and what can be done. */
export function RolloutBoard({ renderedAt, url, initial, powers }: RolloutBoardProps) {
  const t = useTranslations("rollouts");
  const { data, error, retry } = useLiveRead("rollout", url, initial, renderedAt, { everyMs: EVERY_MS });
  const begun = data.waves.filter(({ started_at }) => started_at !== null).toReversed();
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Card>
        <div className="grid gap-3 p-4">
          <div className="flex flex-wrap items-center gap-3">
            <StateChip state={data.state} />
            <Verdict rollout={data} />
          </div>
          <p className="text-sm text-muted">
            {t("startedBy", { who: data.started_by.replace(/^person:/, "") })} <RelativeTime at={data.started_at} />:{" "}
            <q lang="en">{data.reason}</q>
          </p>
          <WaveStepper rollout={data} />
          <RolloutActions rollout={data} powers={powers} />
        </div>
      </Card>
      {data.recall ? <RecallCard recall={data.recall} /> : null}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="grid min-w-0 gap-4">
          {begun.map((wave) => (
            <EvidenceCard key={wave.wave} wave={wave} isCurrent={wave.wave === data.wave && data.ended_at === null} />
          ))}
        </div>
        <MembersCard rollout={data} />
      </div>
    </div>
  );
}

/** One sentence for a tired person: what happens now, and what it waits for. */
function Verdict({ rollout }: { rollout: RolloutDetail }) {
  const t = useTranslations("rollouts");
  const format = useFormatter();
  const { state, waits_for, state_reason, counts, ends, left_running: left } = rollout;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <div className="min-w-0">
      <p className="live-data text-lg font-medium">{t(`sentence.${state}`, { proven: counts.proven, all, updating: counts.updating })}</p>
      {state === "completed" && counts.planned > 0 ? (
        <p className="text-sm font-medium">{t("stillMissing", { count: counts.planned })}</p>
      ) : null}
      {waits_for.length > 0 ? (
        <p className="text-sm">
          {t("waits")} {waits_for.map((each) => t(`waitsFor.${each}`)).join(", ")}
        </p>
      ) : null}
      {counts.rolled_back > 0 ? (
        <p className="text-sm">
          {t("wentBack", {
            count: counts.rolled_back,
            ended: counts.rolled_back + counts.proven,
            evidence: format.number(ends.evidence, { maximumSignificantDigits: 2 }),
            needed: format.number(ends.needed),
          })}
        </p>
      ) : null}
      {state === "holding" && waits_for.some((each) => LEFT_TO_PEOPLE.has(each)) ? (
        <p className="text-sm font-medium">{t("yourTurn")}</p>
      ) : null}
      {state === "paused" ? <p className="text-sm">{t("leftRunning", { applied: left.applied, waiting: left.on_the_way })}</p> : null}
      {state_reason ? (
        <p lang="en" className="text-sm text-muted">
          {state_reason}
        </p>
      ) : null}
    </div>
  );
}
