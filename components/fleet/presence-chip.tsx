"use client";

import { Ban, CircleCheck, CircleDashed, Clock, EarOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLiveState, useTimeText } from "../live/live-provider";
import { StateChip, type StateLook } from "../ui/state-chip";
import { type Presence, type PresenceLimits, presenceAt } from "./presence";

const LOOKS: Readonly<Record<Presence | "revoked", StateLook>> = {
  online: { icon: CircleCheck, className: "border-transparent bg-ok text-on-ok" },
  late: { icon: Clock, className: "border-severity-line bg-medium text-severity-ink" },
  silent: { icon: EarOff, className: "border-danger bg-danger-wash text-ink" },
  unknown: { icon: CircleDashed, className: "border-dashed border-control bg-unknown text-on-unknown" },
  revoked: { icon: Ban, className: "border-transparent bg-unknown text-on-unknown" },
};

interface PresenceChipProps {
  readonly lastSeen: string | null;
  readonly limits: PresenceLimits;
  /** Cut off for good: whether it speaks means nothing any more. */
  readonly isRevoked?: boolean;
}

/** Whether a plugin reports, as symbol and word. It turns by itself as time passes, and unknown once the page is stale. */
export function PresenceChip({ lastSeen, limits, isRevoked = false }: PresenceChipProps) {
  const t = useTranslations("presence");
  const isTrusted = useLiveState("isTrusted");
  const heard = useTimeText((nowMs) => presenceAt(lastSeen === null ? null : Date.parse(lastSeen), nowMs, limits));
  const presence = isRevoked ? "revoked" : isTrusted ? heard : "unknown";
  return <StateChip look={LOOKS[presence]}>{t(presence)}</StateChip>;
}
