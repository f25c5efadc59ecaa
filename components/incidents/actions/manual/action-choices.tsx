"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import type { IncidentStatus } from "@/lib/incidents/types";
import type { AttemptItem } from "../../../live/items";
import { hindranceOf, MANUAL_ACTIONS, type ManualAction } from "./possible-now";

interface ActionChoicesProps {
  readonly chosen: ManualAction;
  readonly status: IncidentStatus;
  readonly running: AttemptItem | null;
  onChoose(action: ManualAction): void;
}

/** The actions one under the other, each with what it does or why not now. */
export function ActionChoices({ chosen, status, running, onChoose }: ActionChoicesProps) {
  const t = useTranslations("manual");
  const phases = useTranslations("phase");
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{t("what")}</legend>
      {MANUAL_ACTIONS.map((action) => {
        const hindrance = hindranceOf(action, status, running !== null);
        const why = hindrance
          ? t(`hindrance.${hindrance}`, { phase: running ? phases(running.phase === "done" ? "committing" : running.phase) : "–" })
          : t(`effect.${action}`);
        return (
          <label key={action} className="flex min-h-11 items-start gap-3 py-1.5 sm:min-h-9">
            <input
              type="radio"
              name={name}
              checked={chosen === action}
              disabled={hindrance !== null}
              onChange={() => onChoose(action)}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0">
              <span className={hindrance ? "font-medium text-muted" : "font-medium"}>{t(`action.${action}`)}</span>
              <span className="block text-sm text-muted">{why}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
