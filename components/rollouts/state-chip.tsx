import { CircleCheck, CirclePause, CircleSlash, FlaskConical, Hourglass, Rocket, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import type { RolloutItem } from "./items";

const ICONS = {
  staging: FlaskConical,
  running: Rocket,
  holding: Hourglass,
  paused: CirclePause,
  completed: CircleCheck,
  aborted: CircleSlash,
  recalled: Undo2,
} as const;

/** A rollout's state: shape and word, no colour alone. */
export function StateChip({ state }: { state: RolloutItem["state"] }) {
  const t = useTranslations("rollouts.state");
  const Icon = ICONS[state];
  return (
    <span className="inline-flex items-center gap-1.5 rounded-full border border-control px-2 py-0.5 text-sm font-medium whitespace-nowrap">
      <Icon aria-hidden="true" className="size-3.5" />
      {t(state)}
    </span>
  );
}
