"use client";

import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { fetchJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { type Given, StepUpDialog } from "../../step-up/step-up-dialog";
import { useTell } from "../../ui/toaster";
import type { HoursOf } from "./merchants-card";
import { newDraft, type SpanDraft, SpansEditor } from "./spans-editor";

interface HoursDialogProps {
  readonly hours: HoursOf;
  onClose(): void;
}

interface Wanted {
  readonly time_zone: string;
  readonly windows: readonly SpanDraft["span"][];
  readonly quiet: readonly SpanDraft["span"][];
}

/**
 * Saves hours. Where the server says that they open some hour, it has made a request of them, which counts once whoever asked has shown a second
 * factor for its digest: the dialog stays and asks for one.
 */
function useSaving({ tenant_id: tenantId, tenant_name: whom }: HoursOf, onClose: () => void) {
  const t = useTranslations("calendar");
  const tell = useTell();
  const asked = useRef<{ body: string; digest: string } | null>(null);
  const [isAsked, setIsAsked] = useState(false);
  const isOver = useRef(false);
  const save = async (wanted: Wanted, { reason, show }: Given) => {
    const body = JSON.stringify({ ...wanted, reason });
    // A wrong code leaves the request where it is: the next try is about the same one.
    if (asked.current?.body !== body) {
      const headers = { "content-type": "application/json", "idempotency-key": newKey() };
      const answer = await fetchJson<{ digest?: string }>(`/api/ops/tenants/${tenantId}/calendar`, { method: "PUT", body, headers });
      asked.current = answer.digest === undefined ? null : { body, digest: answer.digest };
    }
    setIsAsked(asked.current !== null);
    isOver.current = asked.current === null || isAsked;
    if (asked.current && isAsked) await show(asked.current.digest);
    if (isOver.current) tell(asked.current ? t("askedHours") : t("saved", { whom }));
  };
  /** Done or given up; not when only the code is still missing. */
  const close = () => (isAsked || asked.current === null || isOver.current ? onClose() : undefined);
  return { isAsked, save, close };
}

/** A merchant's time zone, windows and quiet hours, as it wants them from now on. */
export function HoursDialog({ hours, onClose }: HoursDialogProps) {
  const t = useTranslations("calendar");
  const id = useId();
  const [zone, setZone] = useState(hours.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [windows, setWindows] = useState<readonly SpanDraft[]>((hours.windows ?? []).map(newDraft));
  const [quiet, setQuiet] = useState<readonly SpanDraft[]>((hours.quiet ?? []).map(newDraft));
  const zones = [...new Set(["UTC", zone, ...Intl.supportedValuesOf("timeZone")])].toSorted();
  const isReady = [...windows, ...quiet].every(({ span }) => span.days.length > 0 && span.from !== span.to);
  const spansOf = (drafts: readonly SpanDraft[]) => drafts.map(({ span }) => span);
  const wanted = { time_zone: zone, windows: spansOf(windows), quiet: spansOf(quiet) };
  const { isAsked, save, close } = useSaving(hours, onClose);
  return (
    <StepUpDialog
      title={t("hoursOf", { whom: hours.tenant_name })}
      look="primary"
      hasFields={isReady}
      needsStepUp={isAsked}
      impact={
        <div className="grid gap-4">
          <p>{t("hoursImpact")}</p>
          <div className="grid gap-1">
            <label htmlFor={id} className="text-sm font-medium">
              {t("zone")}
            </label>
            <select
              id={id}
              value={zone}
              onChange={({ target }) => setZone(target.value)}
              className="min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
            >
              {zones.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <SpansEditor title={t("windows")} hint={t("windowsHint")} spans={windows} onChange={setWindows} />
          <SpansEditor title={t("quiet")} hint={t("quietHint")} spans={quiet} onChange={setQuiet} />
          <p role="status">{isAsked ? t("opensMore") : null}</p>
        </div>
      }
      reasons={[t("reasons.wish"), t("reasons.season")]}
      confirmLabel={t("saveHours")}
      reads={["safety", "approvals", "calendars"]}
      perform={(given) => save(wanted, given)}
      onClose={close}
    />
  );
}
