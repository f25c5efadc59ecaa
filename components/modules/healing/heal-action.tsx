"use client";

import { useTranslations } from "next-intl";
import type { HealActionItem } from "@/lib/modules/healing/heal-action-item";
import type { HealState } from "@/lib/modules/healing/types";
import { GateLine } from "../../incidents/detail/gate-line";
import { RelativeTime } from "../../ui/relative-time";
import { HealDeeds } from "./heal-deeds";

const LOOKS: Readonly<Record<HealState, string>> = {
  proposed: "border-control bg-accent-wash text-ink",
  snapshotting: "border-control bg-accent-wash text-ink",
  ordered: "border-control bg-accent-wash text-ink",
  running: "border-control bg-accent-wash text-ink",
  verifying: "border-control bg-accent-wash text-ink",
  holding: "border-severity-line bg-medium text-severity-ink",
  reverting: "border-severity-line bg-medium text-severity-ink",
  done: "live-data border-transparent bg-ok text-on-ok",
  planned: "border-severity-line bg-medium text-severity-ink",
  refused: "border-severity-line bg-medium text-severity-ink",
  cancelled: "border-transparent bg-unknown text-on-unknown",
  rolled_back: "border-danger bg-danger-wash text-ink",
  failed: "border-danger bg-danger-wash text-ink",
};

interface HealActionProps {
  readonly action: HealActionItem;
  readonly mayAct: boolean;
  onDone(): void;
}

/** One action: what, how far, why, and what stopped it from being done by itself. */
export function HealAction({ action, mayAct, onDone }: HealActionProps) {
  const t = useTranslations("healing");
  const permits = useTranslations("permit");
  const gates = action.permit?.gates ?? [];
  const blocked = gates.filter(({ passed }) => !passed);
  const passed = gates.filter((gate) => gate.passed);
  return (
    <li className="grid gap-2 px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-mono text-sm font-semibold">{action.action}</span>
        <span className={`inline-flex h-6 items-center rounded border px-2 text-xs font-semibold ${LOOKS[action.state]}`}>
          {t(`states.${action.state}`)}
        </span>
        <span className="text-sm text-muted">
          {t("level", { level: action.level })} · <RelativeTime at={action.state_since} />
        </span>
      </p>
      <p lang="en" className="text-sm break-words">
        {action.explain}
      </p>
      {action.ended_why ? (
        <p lang="en" className="text-sm text-muted break-words">
          {action.ended_why}
        </p>
      ) : null}
      {action.approved_by ? <p className="text-sm text-muted">{t("approvedBy", { who: action.approved_by })}</p> : null}
      {blocked.length > 0 ? (
        <ul className="grid gap-2">
          {blocked.map((gate) => (
            <GateLine key={gate.gate} gate={gate} />
          ))}
        </ul>
      ) : null}
      <details>
        <summary className="text-sm font-medium text-accent">{permits("passedGates", { count: passed.length })}</summary>
        <ul className="mt-2 grid gap-x-6 gap-y-1.5 lg:grid-cols-2">
          {passed.map((gate) => (
            <GateLine key={gate.gate} gate={gate} />
          ))}
        </ul>
      </details>
      {mayAct ? <HealDeeds action={action} onDone={onDone} /> : null}
    </li>
  );
}
