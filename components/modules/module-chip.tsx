"use client";

import { Ban, CircleAlert, CircleCheck, CircleDashed, CircleX, EarOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLiveState, useTimeText } from "../live/live-provider";
import { StateChip, type StateLook } from "../ui/state-chip";
import type { ModuleItem, Presence } from "./items";
import { presenceOf } from "./presence-of";

const LOOKS: Readonly<Record<Presence, StateLook>> = {
  ok: { icon: CircleCheck, className: "border-transparent bg-ok text-on-ok" },
  degraded: { icon: CircleAlert, className: "border-severity-line bg-medium text-severity-ink" },
  down: { icon: CircleX, className: "border-danger bg-danger-wash text-ink" },
  silent: { icon: EarOff, className: "border-danger bg-danger-wash text-ink" },
  unknown: { icon: CircleDashed, className: "border-dashed border-control bg-unknown text-on-unknown" },
  revoked: { icon: Ban, className: "border-transparent bg-unknown text-on-unknown" },
};

/** How a module is by now, as symbol and word: silent by itself as time passes, unknown once the page is stale. */
export function usePresence(module: ModuleItem): Presence {
  const isTrusted = useLiveState("isTrusted");
  const presence = useTimeText((nowMs) => presenceOf(module, nowMs));
  return isTrusted ? presence : "unknown";
}

export function ModuleChip({ module }: { module: ModuleItem }) {
  const t = useTranslations("modules.presence");
  const presence = usePresence(module);
  return <StateChip look={LOOKS[presence]}>{t(presence)}</StateChip>;
}
