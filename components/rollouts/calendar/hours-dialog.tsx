"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { fetchJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";
import type { HoursOf } from "./merchants-card";
import { newDraft, type SpanDraft, SpansEditor } from "./spans-editor";

interface HoursDialogProps {
  readonly hours: HoursOf;
  onDone(): Promise<void>;
  onClose(): void;
}

/** A merchant's time zone, windows and quiet hours, as it wants them from now on. */
export function HoursDialog({ hours, onDone, onClose }: HoursDialogProps) {
  const t = useTranslations("calendar");
  const tell = useTell();
  const id = useId();
  const [zone, setZone] = useState(hours.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [windows, setWindows] = useState<readonly SpanDraft[]>((hours.windows ?? []).map(newDraft));
  const [quiet, setQuiet] = useState<readonly SpanDraft[]>((hours.quiet ?? []).map(newDraft));
  const zones = [...new Set(["UTC", zone, ...Intl.supportedValuesOf("timeZone")])].toSorted();
  const isReady = [...windows, ...quiet].every(({ span }) => span.days.length > 0 && span.from !== span.to);
  const save = async (reason: string) => {
    const spansOf = (drafts: readonly SpanDraft[]) => drafts.map(({ span }) => span);
    const body = JSON.stringify({ time_zone: zone, windows: spansOf(windows), quiet: spansOf(quiet), reason });
    const headers = { "content-type": "application/json", "idempotency-key": newKey() };
    await fetchJson(`/api/ops/tenants/${hours.tenant_id}/calendar`, { method: "PUT", body, headers });
    tell(t("saved", { whom: hours.tenant_name }));
    await onDone();
  };
  return (
    <DangerDialog
      isOpen
      title={t("hoursOf", { whom: hours.tenant_name })}
      look="primary"
      isReady={isReady}
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
        </div>
      }
      reasons={[t("reasons.wish"), t("reasons.season")]}
      confirmLabel={t("saveHours")}
      onConfirm={save}
      onClose={onClose}
    />
  );
}
