"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { IncidentItem } from "../../live/items";
import { newKey } from "../../live/new-key";
import { useTell } from "../../ui/toaster";
import type { ActionAnswer, IncidentActions } from "./action-answer";

/** Tells what became of an action, and reads the incident again. */
export function useIncidentAction() {
  const t = useTranslations("incident");
  const client = useQueryClient();
  const tell = useTell();
  const [isSending, setIsSending] = useState(false);
  const run = async (action: () => Promise<ActionAnswer>, done: string): Promise<boolean> => {
    setIsSending(true);
    try {
      const answer = await action();
      tell(answer.ok ? done : t("notDone", { detail: answer.detail, trace: answer.traceId ?? "–" }), { isProblem: !answer.ok });
      return answer.ok;
    } catch {
      tell(t("unreachable"), { isProblem: true });
      return false;
    } finally {
      setIsSending(false);
      await Promise.all(["incident", "incidents"].map((name) => client.invalidateQueries({ queryKey: [name] })));
    }
  };
  return { isSending, run };
}

/** Taking an incident: one tap, no dialog. */
export function useAcknowledge(incident: Pick<IncidentItem, "id">, acknowledge: IncidentActions["acknowledge"]) {
  const t = useTranslations("incident");
  const { isSending, run } = useIncidentAction();
  return { isSending, send: () => run(() => acknowledge(incident.id, newKey()), t("acknowledged")) };
}
