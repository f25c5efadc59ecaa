"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect, useState } from "react";
import { fetchJson } from "../live/fetch-json";
import { Dialog } from "../ui/dialog";
import { StateView } from "../ui/state-view";
import type { PersonItem, SessionItem } from "./items";
import { SessionList } from "./session-list";

/** Where somebody else is signed in. */
export function SessionsDialog({ person, onClose }: { person: PersonItem; onClose(): void }) {
  const t = useTranslations("people");
  const states = useTranslations("states");
  const [sessions, setSessions] = useState<readonly SessionItem[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const read = useCallback(async () => {
    try {
      setSessions((await fetchJson<{ items: SessionItem[] }>(`/api/ops/people/${person.id}/sessions`)).items);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }, [person.id]);
  useEffect(() => void read(), [read]);
  return (
    <Dialog isOpen title={t("sessionsTitle", { name: person.name })} onClose={onClose}>
      {problem ? <StateView kind="error" title={states("readFailed")} text={<span lang="en">{problem}</span>} /> : null}
      {sessions ? <SessionList sessions={sessions} reason={t("sessionsReason")} onEnded={() => void read()} /> : null}
      {!sessions && !problem ? (
        <p role="status" className="p-6 text-muted">
          {states("loading")}
        </p>
      ) : null}
    </Dialog>
  );
}
