"use client";

import type { Page } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { ReadProblem } from "../ui/read-problem";
import { CalibrationCard } from "./calibration-card";
import { CurveCard } from "./curve-card";
import { DecisionsCard } from "./decisions-card";
import { DriftCard } from "./drift-card";
import type { DecisionItem, SiraItem } from "./items";
import { LoopsCard } from "./loops-card";
import { ModelsCard } from "./models-card";
import { TimeMachineCard } from "./time-machine-card";
import { UpliftCard } from "./uplift-card";

const STATIC_RULES = "sira-v0";
/** Outcomes settle as watches pass, without anybody doing anything. */
const EVERY_MS = 60_000;

interface SiraBoardProps {
  readonly renderedAt: string;
  readonly urls: { readonly sira: string; readonly decisions: string };
  readonly sira: SiraItem;
  readonly decisions: Page<DecisionItem>;
  readonly policy: { readonly confidence_threshold: number; readonly severity_threshold: string } | null;
  readonly powers: { readonly mayPromote: boolean; readonly mayRollBack: boolean; readonly seesModels: boolean };
}

/** SIRA as it learns, rendered by the server and then kept current. */
export function SiraBoard({ renderedAt, urls, policy, powers, ...initial }: SiraBoardProps) {
  const read = useLiveRead("sira", urls.sira, initial.sira, renderedAt, { everyMs: EVERY_MS });
  const decisionsRead = useLiveRead("decisions", urls.decisions, initial.decisions, renderedAt);
  const { active_version, models, promotions, calibration, curve, uplift, holdout, drift, loops } = read.data;
  const { items, next_cursor } = decisionsRead.data;
  const versions = powers.seesModels ? [...new Set([active_version, STATIC_RULES, ...models.map(({ version }) => version)])] : [];
  return (
    <div className="grid gap-4">
      <ReadProblem error={read.error ?? decisionsRead.error} onRetry={() => [read.retry(), decisionsRead.retry()]} />
      <ModelsCard activeVersion={active_version} models={models} promotions={promotions} powers={powers} onDone={read.retry} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <CalibrationCard calibration={calibration} />
        <CurveCard curve={curve} />
        <DriftCard drift={drift} />
        <LoopsCard loops={loops} />
      </div>
      <UpliftCard uplift={uplift} holdout={holdout} mayHold={powers.mayPromote} onDone={read.retry} />
      <TimeMachineCard policy={policy} versions={versions} />
      <DecisionsCard decisions={items} nextHref={next_cursor ? `/sira?cursor=${encodeURIComponent(next_cursor)}` : null} />
    </div>
  );
}
