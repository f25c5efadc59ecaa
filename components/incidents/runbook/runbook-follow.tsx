"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { useLiveRead } from "../../live/use-live-read";
import { Button } from "../../ui/button";
import { useTell } from "../../ui/toaster";
import { actorName } from "../detail/actor-name";
import type { Deed, RunbookItem, RunbookSubject, RunItem } from "./items";
import { StepRow } from "./step-row";

interface RunbookFollowProps {
  readonly runbook: RunbookItem;
  readonly runsUrl: string;
  readonly runs: { readonly items: readonly RunItem[] };
  readonly renderedAt: string;
  readonly about: RunbookSubject;
  /** Dialogs that the incident's own page has. */
  readonly deeds: ReadonlySet<Deed>;
  readonly mayWrite: boolean;
  /** Opens a dialog of the incident's own page. */
  onDeed?(deed: Deed): void;
}

/** Orders about a run, one at a time; what came of it is read again. */
function useRunOrders() {
  const t = useTranslations("runbooks");
  const client = useQueryClient();
  const tell = useTell();
  const [isSending, setIsSending] = useState(false);
  const send = async (url: string, body: unknown) => {
    setIsSending(true);
    try {
      await postJson(url, body, newKey());
    } catch (error) {
      tell(t("notDone", { detail: error instanceof Error ? error.message : String(error) }), { isProblem: true });
    } finally {
      await Promise.all(["runbooks", "incident", "module"].map((name) => client.invalidateQueries({ queryKey: [name] })));
      setIsSending(false);
    }
  };
  return { isSending, send };
}

/** A runbook's steps with what was recorded about each, and the buttons to go on. */
export function RunbookFollow({ runbook, runsUrl, runs, renderedAt, about, deeds, mayWrite, onDeed }: RunbookFollowProps) {
  const t = useTranslations("runbooks");
  const language = useLocale() === "fr" ? "fr" : "en";
  const { data } = useLiveRead("runbooks", runsUrl, runs, renderedAt);
  const { isSending, send } = useRunOrders();
  const own = data.items.filter(({ slug }) => slug === runbook.slug);
  const run = own.find(({ ended_at }) => ended_at === null) ?? own[0] ?? null;
  const isOpen = run !== null && run.ended_at === null;
  const begin = () =>
    send("/api/ops/runbooks/runs", { slug: runbook.slug, ...(about.incidentId ? { incident_id: about.incidentId } : {}) });
  return (
    <div className="grid gap-3 p-4">
      <p className="text-sm">
        <strong className="font-semibold">{runbook.title[language]}.</strong> {runbook.when[language]}
      </p>
      {isOpen ? (
        <p role="status" className="text-sm text-muted">
          {run.current === null ? t("atEnd") : t("underWay", { who: actorName(run.started_by) })}
        </p>
      ) : null}
      <ol className="grid gap-2">
        {runbook.steps.map((step, index) => (
          <StepRow
            key={step.id}
            number={index + 1}
            step={step}
            records={run?.steps.filter(({ step_id }) => step_id === step.id) ?? []}
            isCurrent={isOpen && run.current === step.id}
            isOpen={isOpen && mayWrite && !isSending}
            about={about}
            deeds={deeds}
            onDeed={onDeed}
            onCheck={() => void send(`/api/ops/runbooks/runs/${run?.id}/check`, { step_id: step.id })}
            onRecord={(outcome) => void send(`/api/ops/runbooks/runs/${run?.id}/record`, { step_id: step.id, outcome })}
          />
        ))}
      </ol>
      <div className="screen-only flex flex-wrap gap-2">
        {isOpen ? (
          <Button disabled={!mayWrite || isSending} onClick={() => void send(`/api/ops/runbooks/runs/${run.id}/end`, {})}>
            {run.current === null ? t("finish") : t("leave")}
          </Button>
        ) : (
          <Button look="primary" disabled={!mayWrite || isSending} onClick={() => void begin()}>
            {t(run ? "again" : "begin")}
          </Button>
        )}
        {mayWrite ? null : <p className="self-center text-sm text-muted">{t("needsRole")}</p>}
      </div>
    </div>
  );
}
