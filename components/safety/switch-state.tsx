"use client";

import { CircleCheck, CircleDashed, OctagonX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLiveState } from "../live/live-provider";
import { RelativeTime } from "../ui/relative-time";
import { whoName } from "./switch-name";

const LOOKS = {
  on: { icon: OctagonX, className: "border-transparent bg-critical text-on-critical" },
  off: { icon: CircleCheck, className: "border-transparent bg-ok text-on-ok" },
  unknown: { icon: CircleDashed, className: "border-dashed border-control bg-unknown text-on-unknown" },
} as const;

/** On or off, as symbol and word; unknown once the page has lost touch, since somebody may have thrown it meanwhile. */
export function SwitchChip({ isOn }: { isOn: boolean }) {
  const t = useTranslations("safety");
  const isTrusted = useLiveState("isTrusted");
  const state = isTrusted ? (isOn ? "on" : "off") : "unknown";
  const { icon: Icon, className: look } = LOOKS[state];
  return (
    <span className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded border px-2 text-xs font-medium whitespace-nowrap ${look}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {state === "unknown" ? t("stateUnknown") : t(state)}
    </span>
  );
}

interface ThrownByProps {
  readonly by: string | null;
  readonly at: string | null;
  readonly reason: string | null;
}

/** Who threw it, when, and why. */
export function ThrownBy({ by, at, reason }: ThrownByProps) {
  const t = useTranslations("safety");
  if (!by || !at) return null;
  return (
    <p className="min-w-0 text-sm break-words">
      <span className="font-medium">{whoName(by)}</span>, <RelativeTime at={at} />: {reason || t("noReason")}
    </p>
  );
}
