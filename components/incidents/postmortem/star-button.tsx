"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Star } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import type { TimelineItem } from "../../live/items";
import { newKey } from "../../live/new-key";
import type { ReadName } from "../../live/topics";
import { useTell } from "../../ui/toaster";

/** Where a line is marked, and which read then shows it. */
export interface Starring {
  readonly url: string;
  readonly read: ReadName;
}

/** Marks a line of the timeline for the postmortem, or takes the mark away: one tap, and the next one undoes it. */
export function StarButton({ star, event }: { star: Starring; event: TimelineItem }) {
  const t = useTranslations("postmortems");
  const client = useQueryClient();
  const tell = useTell();
  const [isSending, setIsSending] = useState(false);
  const isStarred = event.is_starred === true;
  const toggle = async () => {
    setIsSending(true);
    try {
      await postJson(star.url, { event_id: event.id, starred: !isStarred }, newKey());
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error), { isProblem: true });
    } finally {
      await client.invalidateQueries({ queryKey: [star.read] });
      setIsSending(false);
    }
  };
  return (
    <button
      type="button"
      aria-pressed={isStarred}
      aria-label={t("star", { line: event.summary.slice(0, 80) })}
      disabled={isSending}
      onClick={() => void toggle()}
      className="screen-only inline-flex size-6 items-center justify-center self-center rounded text-muted hover:text-ink"
    >
      <Star aria-hidden="true" className={isStarred ? "size-4 fill-current text-accent" : "size-4"} />
    </button>
  );
}
