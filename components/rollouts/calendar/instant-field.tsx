"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { useTimeZone } from "../../ui/time-zone";

/** What somebody typed on their own clock as an instant; null while it is none. */
export function instantOf(text: string, choice: "utc" | "local"): string | null {
  if (text === "") return null;
  const at = new Date(choice === "utc" ? `${text}Z` : text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

interface InstantFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly isRequired?: boolean;
  onChange(text: string): void;
}

/** Date and time on the clock that the reader chose for the whole page, which is named beside it. */
export function InstantField({ label, hint, value, isRequired = false, onChange }: InstantFieldProps) {
  const t = useTranslations("calendar");
  const { timeZone } = useTimeZone();
  const id = useId();
  return (
    <div className="grid min-w-0 gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        type="datetime-local"
        value={value}
        required={isRequired}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.value)}
        className="min-h-11 w-full min-w-0 rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
      />
      <p id={`${id}-hint`} className="text-sm text-muted">
        {t("onClock", { zone: timeZone })} {hint}
      </p>
    </div>
  );
}
