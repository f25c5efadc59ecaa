"use client";

import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import type { IncidentActions } from "./action-answer";
import { useIncidentAction } from "./use-incident-action";

const TEXT_MAX = 2_000;

interface CommentFormProps {
  readonly incidentId: string;
  readonly comment: IncidentActions["comment"];
}

/** A note on the timeline for whoever comes next. */
export function CommentForm({ incidentId, comment }: CommentFormProps) {
  const t = useTranslations("comment");
  const id = useId();
  const [text, setText] = useState("");
  const key = useRef(newKey());
  const { isSending, run } = useIncidentAction();
  const send = async () => {
    const isDone = await run(() => comment(incidentId, text.trim(), key.current), t("done"));
    if (!isDone) return;
    key.current = newKey();
    setText("");
  };
  return (
    <form
      className="screen-only grid gap-2 border-t border-hairline p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "" && !isSending) void send();
      }}
    >
      <label htmlFor={id} className="text-sm font-medium">
        {t("label")}
      </label>
      <textarea
        id={id}
        rows={2}
        maxLength={TEXT_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="rounded-md border border-control bg-panel px-3 py-2 text-lg sm:text-base"
      />
      <Button type="submit" disabled={text.trim() === "" || isSending} className="justify-self-start">
        {isSending ? t("sending") : t("send")}
      </Button>
    </form>
  );
}
