import { Check, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { AttemptItem } from "../live/items";
import { classNames } from "../ui/class-names";
import { phaseMarks } from "./phase-marks";

/** The way of an attempt: rehearsed, sent, watched, kept, or undone. */
export function PhaseStepper({ attempt }: { attempt: Pick<AttemptItem, "phase" | "status" | "events"> }) {
  const t = useTranslations("phase");
  const marks = phaseMarks(attempt);
  return (
    <ol className="flex flex-wrap items-center gap-x-1.5 gap-y-2 text-sm">
      {marks.map(({ phase, mark }, at) => (
        <li key={phase} aria-current={mark === "now" ? "step" : undefined} className="flex items-center gap-1.5">
          {at > 0 ? <span aria-hidden="true" className="h-px w-3 bg-control sm:w-5" /> : null}
          <span
            aria-hidden="true"
            className={classNames(
              "inline-flex size-5 items-center justify-center rounded-full border text-xs",
              mark === "done" && "live-data border-transparent bg-ok text-on-ok",
              mark === "now" && "border-accent bg-accent text-on-accent",
              mark === "failed" && "border-danger bg-danger-wash text-danger",
              mark === "ahead" && "border-dashed border-control text-muted",
            )}
          >
            {mark === "done" ? <Check className="size-3" /> : null}
            {mark === "failed" ? <X className="size-3" /> : null}
            {mark === "now" ? <span className="size-1.5 rounded-full bg-on-accent motion-safe:animate-pulse" /> : null}
          </span>
          <span className={mark === "ahead" ? "text-muted" : mark === "now" ? "font-semibold" : ""}>{t(phase)}</span>
          <span className="sr-only">{t(`mark_${mark}`)}</span>
        </li>
      ))}
    </ol>
  );
}
