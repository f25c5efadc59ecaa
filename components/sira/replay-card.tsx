import { Check, X } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import type { DecisionDetail } from "./items";
import { outcomeWord } from "./outcome-word";

/** Whether the decision comes out again from what was stored, and what became of it. */
export function ReplayCard({ decision: { replay, labels, really, incident_id } }: { decision: DecisionDetail }) {
  const t = useTranslations("siraPage");
  const format = useFormatter();
  return (
    <Card labelId="replay" title={t("replay")}>
      <div className="grid gap-3 p-4 text-sm">
        <p className="flex items-start gap-2">
          {replay.outcome === "same" ? (
            <Check aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-on-ok" />
          ) : (
            <X aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
          )}
          <span className="min-w-0 break-words">
            {t(`replayed.${replay.outcome}`)}{" "}
            {replay.outcome === "different" ? (
              <code className="font-mono text-xs">
                {replay.difference.path}: {replay.difference.stored} → {replay.difference.replayed}
              </code>
            ) : null}
            {replay.outcome === "unknown" ? <span lang="en">{replay.why}</span> : null}
          </span>
        </p>
        <p className="text-muted">
          {t("replayCommand")} <code className="font-mono text-xs break-all">npm run sira:replay -- --incident {incident_id}</code>
        </p>
        <h3 className="font-semibold">{t("cameOf")}</h3>
        <p>{t("really", { status: really.attempt ? really.attempt.status : t("noAttempt"), outcome: outcomeWord(t, really.outcome) })}</p>
        <ul className="grid gap-1">
          {labels.map(({ outcome, detail, at }) => (
            <li key={`${at} ${outcome}`}>
              <time dateTime={at} className="text-muted">
                {format.dateTime(new Date(at), { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })} UTC
              </time>{" "}
              {outcomeWord(t, outcome)}: <span lang="en">{detail}</span>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
