"use client";

import { Shield, ShieldAlert, ShieldQuestionMark } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useLiveState } from "../../live/live-provider";
import { classNames } from "../../ui/class-names";
import { type SwitchesRead, useSwitches } from "../strips/use-switches";

const LOOKS = {
  free: { icon: Shield, className: "text-danger hover:bg-raised" },
  held: { icon: ShieldAlert, className: "bg-critical text-on-critical" },
  unknown: { icon: ShieldQuestionMark, className: "border border-dashed border-control bg-unknown text-on-unknown" },
} as const;

/** The red shield: safety is one press away on every page, and filled while something is held back. */
export function SafetyShield({ read }: { read: SwitchesRead }) {
  const t = useTranslations("safety");
  const { data } = useSwitches(read);
  const isTrusted = useLiveState("isTrusted");
  const { kill_switch, safe_mode } = data.effective;
  const look = isTrusted ? (kill_switch || safe_mode || data.items.some(({ on }) => on) ? "held" : "free") : "unknown";
  const { icon: Icon, className } = LOOKS[look];
  const label = t(`shield.${look}`);
  return (
    <Link
      href="/safety"
      aria-label={label}
      title={label}
      className={classNames("inline-flex size-9 shrink-0 items-center justify-center rounded-md", className)}
    >
      <Icon aria-hidden="true" className="size-5" />
    </Link>
  );
}
