"use client";

import { WifiOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLiveState } from "../../live/live-provider";
import { Strip } from "./strip";

/** Says on the whole page what the chip says in a corner: nothing was heard, so nothing shown is vouched for, the switches least of all. */
export function OfflineStrip() {
  const t = useTranslations("safety");
  return (
    <Strip icon={WifiOff} look="unknown" title={t("lostTouch")}>
      {t("unknown")}
    </Strip>
  );
}

/** The same for those who may not see the switches. */
export function OfflineOnly() {
  const isTrusted = useLiveState("isTrusted");
  return isTrusted ? null : <OfflineStrip />;
}
