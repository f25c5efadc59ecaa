"use client";

import { OctagonX, ShieldAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { SwitchesItem } from "../../live/items";
import { useLiveState } from "../../live/live-provider";
import { RelativeTime } from "../../ui/relative-time";
import { OfflineStrip } from "./offline-strip";
import { Strip } from "./strip";
import { stripsInOrder } from "./strips-in-order";
import { type SwitchesRead, useSwitches } from "./use-switches";

/** What holds automatic change back, on every page, gravest first; last, that the page has lost touch. */
export function SafetyStrips({ read }: { read: SwitchesRead }) {
  const t = useTranslations("safety");
  const { data } = useSwitches(read);
  const isTrusted = useLiveState("isTrusted");
  const { kill_switch: killSwitch, safe_mode: safeMode } = data.effective;
  const narrower = data.items.filter(({ on, scope }) => on && scope !== "global").length;
  const globalOne = (name: string) => data.items.find((item) => item.on && item.scope === "global" && item.name === name) ?? null;
  const strips = {
    kill_switch: (
      <Strip key="kill" icon={OctagonX} look="grave" href="/safety" title={t("killSwitch")}>
        <Origin of={globalOne("kill_switch")} />
      </Strip>
    ),
    safe_mode: (
      <Strip key="safe" icon={ShieldAlert} look="held" href="/safety" title={t("safeMode")}>
        <Origin of={globalOne("safe_mode")} />
      </Strip>
    ),
    narrower: <Strip key="narrower" icon={ShieldAlert} look="unknown" href="/safety" title={t("narrower", { count: narrower })} />,
    offline: <OfflineStrip key="offline" />,
  };
  return (
    <div className="grid gap-px empty:hidden">
      {stripsInOrder({ killSwitch, safeMode, narrower, isTrusted }).map((name) => strips[name])}
    </div>
  );
}

/** Who threw a switch, why, and when. */
function Origin({ of }: { of: SwitchesItem["items"][number] | null }) {
  const t = useTranslations("safety");
  if (!of) return null;
  return (
    <>
      {t("by", { who: of.set_by, reason: of.reason })} <RelativeTime at={of.set_at} />
    </>
  );
}
