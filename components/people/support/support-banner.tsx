"use client";

import { Eye, LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { useTell } from "../../ui/toaster";
import { leftUntil } from "./countdown";
import { onOtherTab, tellOtherTabs } from "./other-tabs";

/** Support mode as the server knew it when it rendered the page. */
export interface SupportShown {
  readonly id: string;
  readonly helper: string;
  readonly target: string;
  /** Milliseconds that were left then: the browser's own clock may be set to anything. */
  readonly leftMs: number;
  readonly over: "time" | "rights" | null;
}

/** Above everything on every page: who looks at whose view, for how long still, and the way out. */
export function SupportBanner({ id, helper, target, leftMs, over }: SupportShown) {
  const t = useTranslations("support");
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-4 gap-y-2 bg-accent px-4 py-2 text-sm text-on-accent md:px-6">
      <p className="flex min-w-0 flex-1 items-start gap-3">
        <Eye aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">
          <strong className="font-semibold">{t("banner", { helper, target })}</strong>{" "}
          {over === null ? t("readOnly") : `${t(`over.${over}`)} ${t("overText")}`}
        </span>
      </p>
      {over === null ? <Countdown leftMs={leftMs} /> : null}
      <LeaveButton id={id} />
    </div>
  );
}

/** Counts down, and loads the page anew when the time is up: the server then shows nothing more. */
function Countdown({ leftMs }: { leftMs: number }) {
  const t = useTranslations("support");
  const [left, setLeft] = useState(() => leftUntil(leftMs, 0));
  useEffect(() => {
    const startedAt = performance.now();
    const timer = setInterval(() => {
      const now = leftUntil(leftMs, performance.now() - startedAt);
      setLeft(now);
      if (now.isOver) window.location.reload();
    }, 1_000);
    return () => clearInterval(timer);
  }, [leftMs]);
  return (
    <span role="timer" aria-live="off" className="font-mono tabular-nums">
      {t("left", { minutes: left.minutes, seconds: left.seconds })}
    </span>
  );
}

function LeaveButton({ id }: { id: string }) {
  const t = useTranslations("support");
  const tell = useTell();
  const [isLeaving, setIsLeaving] = useState(false);
  const leave = async () => {
    setIsLeaving(true);
    try {
      await postJson(`/api/ops/support/${id}/leave`, {}, newKey());
      tellOtherTabs();
      window.location.assign("/");
    } catch (error) {
      tell(t("notLeft", { detail: error instanceof Error ? error.message : String(error) }), { isProblem: true });
      setIsLeaving(false);
    }
  };
  return (
    <Button disabled={isLeaving} onClick={() => void leave()} className="screen-only">
      <LogOut aria-hidden="true" className="size-4" />
      {isLeaving ? t("leaving") : t("leave")}
    </Button>
  );
}

/** Loads the page anew when another tab of this browser entered or left support mode. */
export function SupportWatch() {
  useEffect(() => onOtherTab(() => window.location.reload()), []);
  return null;
}
