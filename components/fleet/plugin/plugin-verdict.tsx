"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { SeverityChip } from "../../incidents/severity-chip";
import type { IncidentRowItem } from "../../live/items";
import { useLiveState, useTimeText } from "../../live/live-provider";
import { formatDuration } from "../../live/relative-time";
import { RelativeTime } from "../../ui/relative-time";
import { presenceAt } from "../presence";
import { PresenceChip } from "../presence-chip";
import { RunningVersion } from "../running-version";
import type { PluginDetail, PluginLimits } from "./items";

interface PluginVerdictProps {
  readonly plugin: PluginDetail;
  readonly limits: PluginLimits;
  /** Its newest incident that is not over. */
  readonly open: IncidentRowItem | null;
}

/** The verdict first: does it report, what runs, what its silence means, and what is open. */
export function PluginVerdict({ plugin, limits, open }: PluginVerdictProps) {
  const t = useTranslations("plugin");
  const locale = useLocale();
  const isTrusted = useLiveState("isTrusted");
  const isRevoked = plugin.status === "revoked";
  const seenMs = plugin.last_seen === null ? null : Date.parse(plugin.last_seen);
  const heard = useTimeText((nowMs) => presenceAt(seenMs, nowMs, limits));
  const state = isRevoked ? "revoked" : isTrusted ? heard : "untrusted";
  const every = formatDuration(limits.everySeconds * 1_000, locale);
  const late = formatDuration(limits.lateAfterSeconds * 1_000, locale);
  const silent = formatDuration(limits.silentAfterSeconds * 1_000, locale);
  const probe = plugin.probe_url === null ? "no" : "yes";
  return (
    <section aria-labelledby="verdict" className="rounded-lg border border-hairline bg-panel">
      <div className="grid gap-2 p-4 md:p-5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <PresenceChip lastSeen={plugin.last_seen} limits={limits} isRevoked={isRevoked} />
          <RunningVersion plugin={plugin} />
          {plugin.last_seen ? <RelativeTime at={plugin.last_seen} className="live-dim text-sm text-muted" /> : null}
        </div>
        <h1 id="verdict" className="text-xl font-semibold text-balance md:text-2xl">
          {plugin.tenant_name} <span className="font-mono text-lg font-normal whitespace-nowrap text-muted">{plugin.plugin_key}</span>
        </h1>
        <p aria-live="polite" className="max-w-prose text-muted">
          {t(`state.${state}`, { every, late, silent, probe })}
        </p>
      </div>
      {open ? (
        <Link
          href={`/incidents/${open.id}`}
          data-row=""
          className="flex flex-wrap items-center gap-2 rounded-b-lg border-t border-hairline bg-accent-wash px-4 py-3 font-medium md:px-5"
        >
          <ArrowRight aria-hidden="true" className="size-4 shrink-0 text-accent" />
          {t("openIncident")}
          <SeverityChip severity={open.severity} />
        </Link>
      ) : null}
    </section>
  );
}
