"use client";

import { OctagonX, ShieldAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { SwitchesItem } from "../live/items";
import { useLiveState } from "../live/live-provider";
import { useLiveRead } from "../live/use-live-read";
import { RelativeTime } from "../ui/relative-time";

interface SafetyStripsProps {
  readonly url: string;
  readonly initial: SwitchesItem;
  readonly renderedAt: string;
}

/** What holds automatic change back, on every page, gravest first: kill switch, then SAFE_MODE, then narrower switches. */
export function SafetyStrips({ url, initial, renderedAt }: SafetyStripsProps) {
  const t = useTranslations("safety");
  const { data } = useLiveRead("switches", url, initial, renderedAt);
  const isTrusted = useLiveState("isTrusted");
  const { kill_switch, safe_mode } = data.effective;
  const globalOne = (name: string) => data.items.find((item) => item.on && item.scope === "global" && item.name === name) ?? null;
  const narrower = data.items.filter(({ on, scope }) => on && scope !== "global").length;
  return (
    <div className="grid gap-px empty:hidden">
      {isTrusted ? null : <Strip icon={ShieldAlert} look="unknown" title={t("unknown")} />}
      {kill_switch ? <Strip icon={OctagonX} look="grave" title={t("killSwitch")} origin={globalOne("kill_switch")} /> : null}
      {safe_mode && !kill_switch ? <Strip icon={ShieldAlert} look="held" title={t("safeMode")} origin={globalOne("safe_mode")} /> : null}
      {narrower > 0 ? <Strip icon={ShieldAlert} look="unknown" title={t("narrower", { count: narrower })} /> : null}
    </div>
  );
}

const LOOKS = {
  grave: "bg-critical text-on-critical",
  held: "bg-medium text-severity-ink",
  unknown: "bg-unknown text-on-unknown",
} as const;

interface StripProps {
  readonly icon: typeof OctagonX;
  readonly look: keyof typeof LOOKS;
  readonly title: string;
  readonly origin?: SwitchesItem["items"][number] | null;
}

function Strip({ icon: Icon, look, title, origin }: StripProps) {
  const t = useTranslations("safety");
  return (
    <div role="status" className={`flex items-start gap-3 px-4 py-2 text-sm md:px-6 ${LOOKS[look]}`}>
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <p className="min-w-0 break-words">
        <Link href="/safety" className="font-semibold underline underline-offset-2">
          {title}
        </Link>{" "}
        {origin ? (
          <>
            {t("by", { who: origin.set_by, reason: origin.reason })} <RelativeTime at={origin.set_at} />
          </>
        ) : null}
      </p>
    </div>
  );
}
