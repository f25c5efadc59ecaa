"use client";

import { Check, Minus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatDuration } from "../../live/relative-time";
import { classNames } from "../../ui/class-names";
import type { RolloutDetail, WaveItem } from "../items";

type Mark = "done" | "now" | "stopped" | "ahead";

function markOf(rollout: RolloutDetail, wave: WaveItem): Mark {
  if (wave.proven_at) return "done";
  if (wave.wave !== rollout.wave || wave.started_at === null) return "ahead";
  return rollout.ended_at === null ? "now" : "stopped";
}

const MARK: Readonly<Record<Mark, string>> = {
  done: "border-transparent bg-ok text-on-ok",
  now: "border-accent bg-accent text-on-accent",
  stopped: "border-control text-muted",
  ahead: "border-dashed border-control text-muted",
};

/** Rehearsal, 5 merchants, 20 %, 50 %, everybody: where it is, how long each still bakes, and who had it. */
export function WaveStepper({ rollout }: { rollout: RolloutDetail }) {
  const t = useTranslations("rollouts");
  const isRehearsed = rollout.rehearsals.some(({ passed }) => passed);
  return (
    <ol className="grid gap-2 sm:grid-cols-5">
      <Step mark={isRehearsed ? "done" : "now"} name={t("wave.staging")}>
        {isRehearsed
          ? t("rehearsed", { count: rollout.rehearsals.length })
          : t(rollout.state === "aborted" ? "notRehearsed" : "rehearsing")}
      </Step>
      {rollout.waves.map((wave) => (
        <WaveStep key={wave.wave} wave={wave} mark={markOf(rollout, wave)} isCurrent={wave.wave === rollout.wave} />
      ))}
    </ol>
  );
}

function WaveStep({ wave, mark, isCurrent }: { wave: WaveItem; mark: Mark; isCurrent: boolean }) {
  const t = useTranslations("rollouts");
  const all = Object.values(wave.counts).reduce((sum, count) => sum + count, 0);
  return (
    <Step mark={mark} name={t(`wave.${wave.name}` as never)} isCurrent={isCurrent && mark === "now"}>
      {t("reached", { proven: wave.counts.proven, all })}
      <span className="block">
        <Baking wave={wave} mark={mark} />
      </span>
    </Step>
  );
}

/** Who widened a wave, how long it still bakes, how long it will, or that it never came to that. */
function Baking({ wave, mark }: { wave: WaveItem; mark: Mark }) {
  const t = useTranslations("rollouts");
  const locale = useLocale();
  const lasting = (seconds: number) => formatDuration(seconds * 1_000, locale);
  if (mark === "done") {
    const who = (wave.proven_by ?? "").replace(/^person:/, "");
    return t(wave.proven_by === "system:rollout" ? "provenByEvidence" : "provenByPerson", { who });
  }
  if (mark === "stopped") return t("stoppedHere");
  if (mark === "ahead") return wave.bake_seconds > 0 ? t("willBake", { time: lasting(wave.bake_seconds) }) : null;
  return wave.bake_left_seconds > 0 ? t("bakes", { time: lasting(wave.bake_left_seconds) }) : t("baked");
}

interface StepProps {
  readonly mark: Mark;
  readonly name: string;
  readonly isCurrent?: boolean;
  readonly children: React.ReactNode;
}

function Step({ mark, name, isCurrent = false, children }: StepProps) {
  const t = useTranslations("rollouts.mark");
  return (
    <li aria-current={isCurrent ? "step" : undefined} className="flex min-w-0 gap-2 rounded-md border border-hairline p-2.5 sm:flex-col">
      <span
        aria-hidden="true"
        className={classNames("inline-flex size-5 shrink-0 items-center justify-center rounded-full border", MARK[mark])}
      >
        {mark === "done" ? <Check className="size-3" /> : null}
        {mark === "stopped" ? <Minus className="size-3" /> : null}
        {mark === "now" ? <span className="size-1.5 rounded-full bg-on-accent motion-safe:animate-pulse" /> : null}
      </span>
      <span className="min-w-0">
        <span className={classNames("block font-medium", mark === "ahead" && "text-muted")}>
          {name} <span className="sr-only">{t(mark)}</span>
        </span>
        <span className="block text-sm text-muted">{children}</span>
      </span>
    </li>
  );
}
