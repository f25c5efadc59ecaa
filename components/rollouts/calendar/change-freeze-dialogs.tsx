"use client";

import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { fetchJson, postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { type Given, StepUpDialog } from "../../step-up/step-up-dialog";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTimeZone } from "../../ui/time-zone";
import { useTell } from "../../ui/toaster";
import { InstantField, instantOf } from "./instant-field";
import type { FreezeItem } from "./items";
import { ZonedTime } from "./zoned-time";

interface ChangeProps {
  readonly freeze: FreezeItem;
  onDone(): Promise<void>;
  onClose(): void;
}

/** A later end: toward safety, so one person and a reason. */
export function ExtendFreezeDialog({ freeze, onDone, onClose }: ChangeProps) {
  const t = useTranslations("calendar");
  const tell = useTell();
  const { choice } = useTimeZone();
  const [until, setUntil] = useState("");
  const endsAt = instantOf(until, choice);
  const extend = async (reason: string) => {
    const body = JSON.stringify({ ends_at: endsAt, reason });
    const headers = { "content-type": "application/json", "idempotency-key": newKey() };
    await fetchJson(`/api/ops/calendars/freezes/${freeze.id}`, { method: "PUT", body, headers });
    tell(t("extended"));
    await onDone();
  };
  return (
    <DangerDialog
      isOpen
      title={t("extendTitle", { whom: freeze.tenant_name ?? t("everybody") })}
      look="primary"
      isReady={endsAt !== null && endsAt > freeze.ends_at}
      impact={
        <div className="grid gap-3">
          <p className="text-sm">
            {t("endsNow")} <ZonedTime at={freeze.ends_at} />
          </p>
          <InstantField label={t("newUntil")} value={until} isRequired onChange={setUntil} />
        </div>
      }
      reasons={[t("reasons.sales"), t("reasons.unclear")]}
      confirmLabel={t("extendThis")}
      onConfirm={extend}
      onClose={onClose}
    />
  );
}

/** Away from safety: a reason, the place typed, a second factor, and then a second person. Nothing changes by this. */
export function EndFreezeDialog({ freeze, onClose }: Omit<ChangeProps, "onDone">) {
  const t = useTranslations("calendar");
  const safety = useTranslations("safety");
  const asked = useRef<{ reason: string; digest: string } | null>(null);
  const place = freeze.tenant_name ?? t("everybody");
  const ask = async ({ reason, show }: Given) => {
    // A wrong code leaves the request where it is: the next try is about the same one.
    if (asked.current?.reason !== reason) {
      const { digest } = await postJson<{ digest: string }>(`/api/ops/calendars/freezes/${freeze.id}/end`, { reason }, newKey());
      asked.current = { reason, digest };
    }
    await show(asked.current.digest);
  };
  return (
    <StepUpDialog
      title={t("endTitle", { whom: place })}
      impact={<p>{safety("offImpact")}</p>}
      reasons={[t("reasons.over"), t("reasons.urgent")]}
      typed={place}
      confirmLabel={t("askEnd")}
      done={t("askedEnd")}
      reads={["safety", "approvals", "calendars"]}
      perform={ask}
      onClose={onClose}
    />
  );
}
