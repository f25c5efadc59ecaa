"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Span } from "@/lib/policy/calendar/may-change-now";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { useDayNames, WEEK } from "./spans-text";

/** A span while it is being written; its key keeps the fields in place when another one is taken away. */
export interface SpanDraft {
  readonly key: string;
  readonly span: Span;
}

export const newDraft = (span: Span): SpanDraft => ({ key: newKey(), span });

const HOURS = Array.from({ length: 25 }, (_, hour) => hour);
const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

interface SpansEditorProps {
  readonly title: string;
  readonly hint: string;
  readonly spans: readonly SpanDraft[];
  onChange(spans: readonly SpanDraft[]): void;
}

/** Days and hours, as many spans as it takes. */
export function SpansEditor({ title, hint, spans, onChange }: SpansEditorProps) {
  const t = useTranslations("calendar");
  const replace = (key: string, span: Span) => onChange(spans.map((draft) => (draft.key === key ? { key, span } : draft)));
  return (
    <fieldset className="grid gap-2">
      <legend className="text-sm font-medium">{title}</legend>
      <p className="text-sm text-muted">{hint}</p>
      {spans.map(({ key, span }) => (
        <SpanFields
          key={key}
          span={span}
          onChange={(changed) => replace(key, changed)}
          onRemove={() => onChange(spans.filter((draft) => draft.key !== key))}
        />
      ))}
      <Button className="justify-self-start" onClick={() => onChange([...spans, newDraft({ days: [...WEEK], from: 2, to: 5 })])}>
        <Plus aria-hidden="true" className="size-4" />
        {t("addSpan")}
      </Button>
    </fieldset>
  );
}

function SpanFields({ span, onChange, onRemove }: { span: Span; onChange(span: Span): void; onRemove(): void }) {
  const t = useTranslations("calendar");
  const nameOf = useDayNames();
  const toggle = (day: number) => {
    const days = span.days.includes(day) ? span.days.filter((each) => each !== day) : [...span.days, day];
    onChange({ ...span, days });
  };
  return (
    <div className="grid gap-2 rounded-md border border-hairline p-2">
      <div className="flex flex-wrap gap-1">
        {WEEK.map((day) => (
          <button
            key={day}
            type="button"
            aria-pressed={span.days.includes(day)}
            onClick={() => toggle(day)}
            className="min-h-9 rounded-full border border-control px-2.5 text-sm hover:bg-raised aria-pressed:border-accent aria-pressed:bg-accent-wash"
          >
            {nameOf(day)}
          </button>
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Hour label={t("fromHour")} hours={HOURS.slice(0, 24)} value={span.from} onChange={(from) => onChange({ ...span, from })} />
        <Hour label={t("toHour")} hours={HOURS.slice(1)} value={span.to} onChange={(to) => onChange({ ...span, to })} />
        <Button look="quiet" aria-label={t("removeSpan")} onClick={onRemove}>
          <X aria-hidden="true" className="size-4" />
        </Button>
        {span.to < span.from ? <span className="text-sm text-muted">{t("overMidnight")}</span> : null}
        {span.to === span.from || span.days.length === 0 ? <span className="text-sm text-danger">{t("noSpan")}</span> : null}
      </div>
    </div>
  );
}

interface HourProps {
  readonly label: string;
  readonly hours: readonly number[];
  readonly value: number;
  onChange(hour: number): void;
}

function Hour({ label, hours, value, onChange }: HourProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(Number(target.value))}
      className="min-h-11 rounded-md border border-control bg-panel px-2 text-lg sm:min-h-9 sm:text-base"
    >
      {hours.map((hour) => (
        <option key={hour} value={hour}>
          {clock(hour)}
        </option>
      ))}
    </select>
  );
}
