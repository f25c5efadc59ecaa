"use client";

import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { GATES } from "../incidents/detail/gate-names";
import type { Travelled, VerdictItem } from "./items";
import { outcomeWord } from "./outcome-word";

type Item = Travelled["items"][number];

/** Decisions that would have come out otherwise, newest first, each beside what really happened. */
export function TravelledList({ found }: { found: Travelled }) {
  const t = useTranslations("siraPage");
  const { replayed, differing, is_cut, items } = found;
  return (
    <div className="grid gap-2 border-t border-hairline py-3">
      <p className="px-4 font-medium">
        {t("travelled", { differing, replayed })} {is_cut ? <span className="text-muted">{t("travelledCut")}</span> : null}
      </p>
      {items.length < differing ? <p className="px-4 text-sm text-muted">{t("newestShown", { count: items.length })}</p> : null}
      <Moves moves={found.moves} />
      {items.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1).
        <section aria-label={t("differences")} tabIndex={0} className="max-h-[36rem] overflow-y-auto">
          <ul className="divide-y divide-hairline">
            {items.map((item) => (
              <Difference key={item.decision_id} item={item} />
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

/** From what to what they would have changed, most often first. */
function Moves({ moves }: Pick<Travelled, "moves">) {
  const actions = useTranslations("siraPage.deed");
  const permits = useTranslations("permit");
  const word = (verdict: string) => {
    const [action, permit] = verdict.split(" ");
    return `${actions(action as "none")} (${permits(`kind.${permit as "auto"}`)})`;
  };
  return (
    <ul className="grid gap-0.5 px-4 text-sm text-muted">
      {moves.map(({ move, count }) => {
        const [was = "", would = ""] = move.split(" → ");
        return (
          <li key={move}>
            <span className="font-semibold text-ink">{count} ×</span> {word(was)} → {word(would)}
          </li>
        );
      })}
    </ul>
  );
}

function Difference({ item }: { item: Item }) {
  const t = useTranslations("siraPage");
  const types = useTranslations("type");
  const format = useFormatter();
  const statuses = useTranslations("attemptStatus");
  const { attempt, outcome } = item.really;
  return (
    <li className="grid gap-1 px-4 py-2 text-sm">
      <Link href={`/sira/${item.decision_id}`} className="justify-self-start font-medium text-accent hover:underline">
        {types(item.type)} · <span className="font-mono">{item.plugin_key}</span> ·{" "}
        {format.dateTime(new Date(item.at), { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })} UTC
      </Link>
      <p>
        <Verdict verdict={item.was} /> <span aria-hidden="true">→</span> <span className="sr-only">{t("wouldHaveBeen")}</span>{" "}
        <Verdict verdict={item.would} />
      </p>
      <p className="text-muted">
        {t("really", { status: attempt ? statuses(attempt.status as "success") : t("noAttempt"), outcome: outcomeWord(t, outcome) })}{" "}
        <Link href={`/incidents/${item.incident_id}`} className="font-medium whitespace-nowrap text-accent hover:underline">
          {t("toIncident")}
        </Link>
      </p>
    </li>
  );
}

function Verdict({ verdict }: { verdict: VerdictItem }) {
  const actions = useTranslations("sira");
  const permits = useTranslations("permit");
  const gates = useTranslations("gate");
  const format = useFormatter();
  const named = (gate: string) => {
    const known = GATES.find((name) => name === gate);
    return known ? gates(known) : gate;
  };
  return (
    <span>
      {actions(`action.${verdict.action}`)} {verdict.patch_version ? <span className="font-mono">{verdict.patch_version}</span> : null} (
      {format.number(verdict.confidence, { style: "percent", maximumFractionDigits: 0 })}){" "}
      <b className="font-semibold">{permits(`kind.${verdict.permit}`)}</b>
      {verdict.stopped_by.length > 0 ? <span className="text-muted"> ({verdict.stopped_by.map(named).join(", ")})</span> : null}
    </span>
  );
}
