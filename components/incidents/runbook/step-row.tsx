"use client";

import { CircleHelp, ExternalLink, Hand, Search } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { Button, buttonClass } from "../../ui/button";
import { classNames } from "../../ui/class-names";
import { AbsoluteTime } from "../../ui/relative-time";
import { actorName } from "../detail/actor-name";
import { type Deed, deedOf, placeOf, type RecordItem, type RunbookSubject, type StepItem } from "./items";
import { StepFacts } from "./step-facts";

interface StepRowProps {
  readonly number: number;
  readonly step: StepItem;
  readonly records: readonly RecordItem[];
  readonly isCurrent: boolean;
  /** Whether anything can be recorded now. */
  readonly isOpen: boolean;
  readonly about: RunbookSubject;
  /** Dialogs that the incident's own page has. */
  readonly deeds: ReadonlySet<Deed>;
  onDeed?: ((deed: Deed) => void) | undefined;
  onCheck(): void;
  onRecord(outcome: string): void;
}

const ICONS = { check: Search, action: Hand, decision: CircleHelp } as const;

/** One step: what it is about, what came of it, and what can be done now. */
export function StepRow({ number, step, records, isCurrent, isOpen, about, deeds, onDeed, onCheck, onRecord }: StepRowProps) {
  const t = useTranslations("runbooks");
  const language = useLocale() === "fr" ? "fr" : "en";
  const Icon = ICONS[step.kind];
  return (
    <li
      aria-current={isCurrent ? "step" : undefined}
      className={classNames("grid gap-1.5 rounded-md border px-3 py-2", isCurrent ? "border-accent bg-accent-wash" : "border-hairline")}
    >
      <p className="flex flex-wrap items-center gap-2">
        <Icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
        <span className="font-medium break-words">
          {number}. {step.title[language]}
        </span>
        <span className="text-xs text-muted">{t(`kind.${step.kind}`)}</span>
        {step.kind === "action" ? <span className="rounded border border-control px-1.5 text-xs">{t(`danger.${step.danger}`)}</span> : null}
      </p>
      <p className="text-sm break-words">{step.text[language]}</p>
      {records.map((record) => (
        <Recorded key={record.id} step={step} record={record} />
      ))}
      <div className="screen-only flex flex-wrap gap-2">
        {step.kind === "check" ? (
          <Button disabled={!isOpen} onClick={onCheck}>
            {t(records.length > 0 ? "checkAgain" : "check")}
          </Button>
        ) : null}
        {step.kind === "action" ? (
          <ActionButtons step={step} about={about} deeds={deeds} isOpen={isOpen} onDeed={onDeed} onRecord={onRecord} />
        ) : null}
        {step.kind === "decision"
          ? step.branches.map(({ id, label }) => (
              <Button key={id} disabled={!isOpen} onClick={() => onRecord(id)}>
                {label[language]}
              </Button>
            ))
          : null}
      </div>
    </li>
  );
}

type ActionProps = Pick<StepRowProps, "about" | "deeds" | "isOpen" | "onDeed" | "onRecord"> & {
  readonly step: Extract<StepItem, { kind: "action" }>;
};

/** Where the step's own button is; and that it was pressed, or left out. */
function ActionButtons({ step, about, deeds, isOpen, onDeed, onRecord }: ActionProps) {
  const t = useTranslations("runbooks");
  const asked = deedOf(step.action);
  const deed = asked && deeds.has(asked) ? asked : null;
  const place = placeOf(step.action, step.href, about);
  return (
    <>
      {deed && onDeed ? <Button onClick={() => onDeed(deed)}>{t("open")}</Button> : null}
      {!deed && place ? (
        <Link href={place} className={buttonClass()}>
          <ExternalLink aria-hidden="true" className="size-4" />
          {t("goThere")}
        </Link>
      ) : null}
      <Button disabled={!isOpen} onClick={() => onRecord("done")}>
        {t("done")}
      </Button>
      <Button disabled={!isOpen} onClick={() => onRecord("skipped")}>
        {t("skip")}
      </Button>
    </>
  );
}

function Recorded({ step, record }: { step: StepItem; record: RecordItem }) {
  const t = useTranslations("runbooks");
  const language = useLocale() === "fr" ? "fr" : "en";
  const branch = step.kind === "decision" ? step.branches.find(({ id }) => id === record.outcome)?.label[language] : undefined;
  const known = (["good", "bad", "unknown", "done", "skipped"] as const).find((name) => name === record.outcome);
  return (
    <div className="grid gap-1 border-l-2 border-control pl-3 text-sm">
      <p>
        <strong className="font-semibold">{branch ?? (known ? t(`outcome.${known}`) : record.outcome)}</strong>{" "}
        <span className="text-muted">
          {actorName(record.actor)} · <AbsoluteTime at={record.at} />
        </span>
      </p>
      {record.note ? <p className="break-words">{record.note}</p> : null}
      {record.evidence ? <StepFacts facts={record.evidence} /> : null}
    </div>
  );
}
