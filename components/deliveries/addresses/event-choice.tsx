"use client";

import { useTranslations } from "next-intl";
import { CHOSEN_EVENTS, eventKey } from "../delivery-items";

interface EventChoiceProps {
  readonly legend: string;
  readonly chosen: readonly string[];
  onChange(events: readonly string[]): void;
}

/** Of what somebody or something is told. */
export function EventChoice({ legend, chosen, onChange }: EventChoiceProps) {
  const events = useTranslations("deliveries.events");
  const toggle = (event: string) => onChange(chosen.includes(event) ? chosen.filter((one) => one !== event) : [...chosen, event]);
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {CHOSEN_EVENTS.map((event) => (
          <label key={event} className="flex min-h-11 items-center gap-2.5 sm:min-h-8">
            <input
              type="checkbox"
              className="size-5 accent-accent sm:size-4"
              checked={chosen.includes(event)}
              onChange={() => toggle(event)}
            />
            {events(eventKey(event))}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
