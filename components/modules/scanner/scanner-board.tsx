"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useTimeText } from "../../live/live-provider";
import { useLiveRead } from "../../live/use-live-read";
import { ReadProblem } from "../../ui/read-problem";
import { BlocksCard } from "./blocks-card";
import type { ScannerState } from "./items";
import { LookNow } from "./look-now";
import { RunsCard, ViolationsCard } from "./scanner-tables";

const EVERY_MS = 10_000;
/** While somebody waits for a scan. */
const SOON_MS = 2_000;
const URL = "/api/ops/scanner";

interface ScannerBoardProps {
  readonly renderedAt: string;
  readonly initial: ScannerState;
  /** Whether the reader may look now, and ask to open again what is closed; the server asks again. */
  readonly mayAct: boolean;
}

/** Whether the contract holds, what is closed because it does not, and what looking costs. */
export function ScannerBoard({ renderedAt, initial, mayAct }: ScannerBoardProps) {
  const [everyMs, setEveryMs] = useState(initial.asked ? SOON_MS : EVERY_MS);
  const { data, error, retry } = useLiveRead("scanner", URL, initial, renderedAt, { everyMs });
  const isWaiting = data.asked !== null;
  useEffect(() => setEveryMs(isWaiting ? SOON_MS : EVERY_MS), [isWaiting]);
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Verdict state={data} />
      <Next next={data.next} />
      {mayAct ? <LookNow asked={data.asked?.kind ?? null} onAsked={retry} /> : null}
      <BlocksCard blocks={data.blocks} mayLift={mayAct} onLifted={retry} />
      <ViolationsCard violations={data.violations} />
      <RunsCard runs={data.runs} />
    </div>
  );
}

/** What was looked at too long ago is not known, and unknown is never good. */
function Verdict({ state }: { readonly state: ScannerState }) {
  const t = useTranslations("scanner.verdict");
  const open = state.violations.filter(({ status }) => status === "open").length;
  const lastMs = Date.parse(state.runs[0]?.started_at ?? "");
  const text = useTimeText((nowMs) => {
    if (open > 0) return t("bad", { count: open });
    const isFresh = nowMs - lastMs <= state.stale_after_s * 1_000;
    return t(isFresh ? "good" : "unknown", { count: state.invariants });
  });
  return <p className="font-medium">{text}</p>;
}

function Next({ next }: Pick<ScannerState, "next">) {
  const t = useTranslations("scanner");
  const format = useFormatter();
  const at = (text: string) =>
    format.dateTime(new Date(text), { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone: "UTC" });
  return <p className="text-sm text-muted">{t("next", { daily: at(next.daily), weekly: at(next.weekly) })}</p>;
}
