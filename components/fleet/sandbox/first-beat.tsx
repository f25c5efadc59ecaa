"use client";

import { CircleCheck, Hourglass, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { RefusalList } from "@/lib/telemetry/watched/refusals/queries-refusals";
import { useLiveState } from "../../live/live-provider";
import { useLiveRead } from "../../live/use-live-read";
import { RelativeTime } from "../../ui/relative-time";
import type { PluginDetail } from "../plugin/items";
import type { SandboxPlugin } from "./connection";

/** Somebody sits before it and has just pressed return. */
const EVERY_MS = 2_000;
const NONE: RefusalList = { items: [] };

interface FirstBeatProps {
  readonly plugin: SandboxPlugin;
  /** When it was made: nothing of it has been heard. */
  readonly readAt: string;
}

/** Whether a new plugin has been heard of: it waits, and turns green with the first beat. What was refused meanwhile is said at once. */
export function FirstBeat({ plugin, readAt }: FirstBeatProps) {
  const t = useTranslations("sandbox");
  const why = useTranslations("refusals.why");
  const isTrusted = useLiveState("isTrusted");
  const page = `/fleet/${plugin.id}`;
  const { data: detail } = useLiveRead<PluginDetail | null>("plugins", `/api/ops/plugins/${plugin.id}`, null, readAt, {
    everyMs: EVERY_MS,
  });
  const { data: refusals } = useLiveRead("plugins", `/api/ops/plugins/${plugin.id}/refusals`, NONE, readAt, { everyMs: EVERY_MS });
  const [refusal] = refusals.items;
  const lastSeen = detail?.last_seen ?? null;
  const isHeard = lastSeen !== null;
  const look = isHeard ? "border-transparent bg-ok text-on-ok" : "border-dashed border-control bg-unknown text-on-unknown";
  const Icon = isHeard ? CircleCheck : Hourglass;
  return (
    <div className="grid gap-2">
      <p
        aria-live="polite"
        data-first-beat={isHeard ? "heard" : "waiting"}
        className={`live-dim flex flex-wrap items-center gap-2 rounded-md border px-3 py-2 font-medium ${look}`}
      >
        <Icon aria-hidden="true" className="size-5 shrink-0" />
        {lastSeen !== null ? (
          <span>
            {t("heard", { version: detail?.running_version ?? plugin.version })} <RelativeTime at={lastSeen} />
          </span>
        ) : (
          <span>{isTrusted ? t("waiting") : t("unknown")}</span>
        )}
      </p>
      {refusal && !isHeard ? (
        <p aria-live="polite" className="flex gap-2 rounded-md bg-danger-wash px-3 py-2 text-sm">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
          <span>
            {t("refusedBeat")} {why(`${refusal.why}.name`)}
          </span>
        </p>
      ) : null}
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        <Link href={page} className="inline-flex min-h-9 items-center font-medium text-accent hover:underline">
          {t("page")}
        </Link>
        <Link href={`${page}#refusals`} className="inline-flex min-h-9 items-center font-medium text-accent hover:underline">
          {t("why")}
        </Link>
      </p>
    </div>
  );
}
