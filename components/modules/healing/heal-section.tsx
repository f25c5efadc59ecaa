"use client";

import { useTranslations } from "next-intl";
import type { HealActionItem } from "@/lib/modules/healing/heal-action-item";
import { useLiveRead } from "../../live/use-live-read";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { HealAction } from "./heal-action";

const EVERY_MS = 5_000;

export interface HealList {
  readonly items: readonly HealActionItem[];
}

interface HealSectionProps {
  /** Which of them: `incident_id=...` or `module_key=...`. */
  readonly query: string;
  readonly initial: HealList;
  readonly renderedAt: string;
  /** Whether the reader may agree and stop; the server asks again. */
  readonly mayAct: boolean;
}

/** What was done about an incident, or at a module, and why: each action with policy's reasons, the newest first. */
export function HealSection({ query, initial, renderedAt, mayAct }: HealSectionProps) {
  const t = useTranslations("healing");
  const { data, error, retry } = useLiveRead("module", `/api/ops/heal-actions?${query}`, initial, renderedAt, { everyMs: EVERY_MS });
  return (
    <Card labelId="healing" title={t("title")}>
      <ReadProblem error={error} onRetry={retry} />
      {data.items.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("none")}</p>
      ) : (
        <ol className="grid divide-y divide-line">
          {data.items.map((action) => (
            <HealAction key={action.id} action={action} mayAct={mayAct} onDone={retry} />
          ))}
        </ol>
      )}
    </Card>
  );
}
