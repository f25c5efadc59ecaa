"use client";

import { CircleCheck, OctagonX } from "lucide-react";
import { useTranslations } from "next-intl";
import { RelativeTime } from "../ui/relative-time";
import { whoName } from "./switch-name";

/** On or off, as symbol and word. */
export function SwitchChip({ isOn }: { isOn: boolean }) {
  const t = useTranslations("safety");
  const Icon = isOn ? OctagonX : CircleCheck;
  const look = isOn ? "border-transparent bg-critical text-on-critical" : "live-data border-transparent bg-ok text-on-ok";
  return (
    <span className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded border px-2 text-xs font-medium whitespace-nowrap ${look}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {isOn ? t("on") : t("off")}
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
