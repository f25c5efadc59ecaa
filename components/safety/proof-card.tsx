"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { RelativeTime } from "../ui/relative-time";

interface ProofCardProps {
  /** What the last proof leaves to automatic healing of modules. */
  readonly gate: "ok" | "suggest_only" | "unknown";
  /** When healing was last shown to work from end to end, RFC 3339; null where that never happened. */
  readonly provenAt: string | null;
  /** The newest proof that has ended; milliseconds of each step. */
  readonly newest: {
    readonly outcome: string;
    readonly why: string | null;
    readonly steps_ms: Readonly<Record<"detect" | "decide" | "apply" | "heal" | "contain" | "roll_back", number | null>>;
  } | null;
}

const STEPS = ["detect", "decide", "apply", "heal", "contain", "roll_back"] as const;

/** When healing was last proven by breaking a module that is there for it, and how long each step took. */
export function ProofCard({ gate, provenAt, newest }: ProofCardProps) {
  const t = useTranslations("safety.proof");
  const format = useFormatter();
  const seconds = (ms: number | null) =>
    ms === null ? t("missing") : t("seconds", { seconds: format.number(ms / 1_000, { maximumFractionDigits: 1 }) });
  return (
    <Card labelId="proof-of-heal" title={t("title")}>
      <div className="grid gap-2 px-4 py-3 text-sm">
        <p>{provenAt === null ? t("never") : t.rich("proven", { when: () => <RelativeTime at={provenAt} /> })}</p>
        {gate === "suggest_only" ? <p className="font-medium">{t("stale")}</p> : null}
        {newest?.why ? <p className="text-muted">{t("failed", { why: newest.why })}</p> : null}
        {newest ? (
          <dl className="flex flex-wrap gap-x-6 gap-y-1">
            {STEPS.map((step) => (
              <div key={step} className="flex gap-2">
                <dt className="text-muted">{t(step)}</dt>
                <dd className="tabular-nums">{seconds(newest.steps_ms[step])}</dd>
              </div>
            ))}
          </dl>
        ) : null}
      </div>
    </Card>
  );
}
