"use client";

import { useTranslations } from "next-intl";
import type { TimelineItem } from "../../live/items";
import { AbsoluteTime, RelativeTime } from "../../ui/relative-time";
import { StarButton, type Starring } from "../postmortem/star-button";
import { actorName } from "./actor-name";

const KINDS = [
  "opened",
  "reopened",
  "renamed",
  "worsened",
  "resolved",
  "decided",
  "acknowledged",
  "assigned",
  "escalated",
  "comment",
  "approved",
  "dispatched",
  "staging",
  "staged",
  "healthy",
  "reverting",
  "ordered",
  "notified",
  "paged",
  "unpaged",
  "attempt_success",
  "attempt_failed",
  "attempt_rolled_back",
  "attempt_cancelled",
  "closed",
  "fleet",
  "runbook",
  "postmortem",
  "clearing",
  "doubted",
  "still_there",
  "story",
  "undone",
] as const;

interface TimelineProps {
  readonly events: readonly TimelineItem[];
  /** Where the reader may mark lines for the postmortem. */
  readonly star: Starring | null;
}

/** What happened, newest first. */
export function Timeline({ events, star }: TimelineProps) {
  const t = useTranslations("timeline");
  const nameOf = (kind: string) => {
    const known = KINDS.find((name) => name === kind);
    return known ? t(known) : kind.replaceAll(/[._-]/g, " ");
  };
  return (
    <ol className="px-4 py-3">
      {events.toReversed().map((event) => (
        <li key={event.id} className="relative grid gap-0.5 border-l border-hairline pb-4 pl-4 last:pb-0">
          <span
            aria-hidden="true"
            className={`absolute top-1.5 -left-[5px] size-2.5 rounded-full border border-panel ${event.kind === "comment" ? "bg-accent" : "bg-control"}`}
          />
          <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
            <span className="font-semibold">{nameOf(event.kind)}</span>
            <span className="text-muted">
              <RelativeTime at={event.at} /> · <AbsoluteTime at={event.at} />
            </span>
            {star ? <StarButton star={star} event={event} /> : null}
          </p>
          <p className="min-w-0 text-sm break-words whitespace-pre-line">{event.summary}</p>
          <p className="text-xs break-all text-muted">{actorName(event.actor)}</p>
        </li>
      ))}
    </ol>
  );
}
