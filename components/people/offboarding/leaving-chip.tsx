"use client";

import { CircleCheck, DoorOpen, Eraser, Hourglass, PackageOpen } from "lucide-react";
import { useTranslations } from "next-intl";
import { StateChip, type StateLook } from "../../ui/state-chip";
import type { LeavingItem } from "./items";

const LOOKS: Readonly<Record<LeavingItem["state"], StateLook>> = {
  staying: { icon: CircleCheck, className: "border-transparent bg-ok text-on-ok" },
  asked: { icon: Hourglass, className: "border-severity-line bg-medium text-severity-ink" },
  leaving: { icon: DoorOpen, className: "border-danger bg-danger-wash text-ink" },
  erasing: { icon: Eraser, className: "border-danger bg-danger-wash text-ink" },
  gone: { icon: PackageOpen, className: "border-transparent bg-unknown text-on-unknown" },
};

/** Where a merchant stands on its way out, as symbol and word. */
export function LeavingChip({ state }: { readonly state: LeavingItem["state"] }) {
  const t = useTranslations("offboarding.state");
  return <StateChip look={LOOKS[state]}>{t(state)}</StateChip>;
}
