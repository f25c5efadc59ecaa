"use client";

import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { FIELD } from "../step-up/field";
import { Button } from "../ui/button";
import type { Candidate } from "./on-call-items";
import { moved } from "./shown-orders";

interface PeopleOrderProps {
  readonly people: readonly Candidate[];
  readonly candidates: readonly Candidate[];
  onChange(people: readonly Candidate[]): void;
}

/** People one after the other: added at the end, moved by buttons, which also work without a mouse. */
export function PeopleOrder({ people, candidates, onChange }: PeopleOrderProps) {
  const t = useTranslations("onCall");
  const id = useId();
  const others = candidates.filter((candidate) => !people.some((person) => person.id === candidate.id));
  const add = (chosen: string) => {
    const found = others.find((candidate) => candidate.id === chosen);
    if (found) onChange([...people, found]);
  };
  return (
    <div className="grid gap-2">
      <p id={`${id}-people`} className="text-sm font-medium">
        {t("people")}
      </p>
      {people.length === 0 ? <p className="text-sm text-muted">{t("empty")}</p> : null}
      <ol aria-labelledby={`${id}-people`} className="grid gap-1">
        {people.map((person, index) => (
          <li key={person.id} className="flex items-center gap-2 rounded-md bg-raised px-2 py-1">
            <span className="w-5 text-right text-sm text-muted">{index + 1}.</span>
            <span className="min-w-0 flex-1 truncate">{person.name}</span>
            <Button aria-label={t("up", { name: person.name })} disabled={index === 0} onClick={() => onChange(moved(people, index, -1))}>
              <ArrowUp aria-hidden="true" className="size-4" />
            </Button>
            <Button
              aria-label={t("down", { name: person.name })}
              disabled={index === people.length - 1}
              onClick={() => onChange(moved(people, index, 1))}
            >
              <ArrowDown aria-hidden="true" className="size-4" />
            </Button>
            <Button aria-label={t("remove", { name: person.name })} onClick={() => onChange(people.filter((one) => one !== person))}>
              <X aria-hidden="true" className="size-4" />
            </Button>
          </li>
        ))}
      </ol>
      <label htmlFor={`${id}-add`} className="text-sm font-medium">
        {t("addPerson")}
      </label>
      <select id={`${id}-add`} className={FIELD} value="" onChange={({ target }) => add(target.value)}>
        <option value="">{t("choose")}</option>
        {others.map((candidate) => (
          <option key={candidate.id} value={candidate.id}>
            {candidate.name}
          </option>
        ))}
      </select>
    </div>
  );
}
