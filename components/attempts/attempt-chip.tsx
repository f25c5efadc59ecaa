import { Ban, CircleCheck, CircleX, Clock, FlaskConical, HeartPulse, Send, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import type { AttemptStatus } from "@/lib/rollout/types";

const RUNNING = "border-accent bg-accent-wash text-ink";
const LOOKS: Readonly<Record<AttemptStatus, { icon: typeof Clock; className: string }>> = {
  pending: { icon: Clock, className: "border-control bg-panel text-ink" },
  staging: { icon: FlaskConical, className: RUNNING },
  applying: { icon: Send, className: RUNNING },
  verifying: { icon: HeartPulse, className: RUNNING },
  success: { icon: CircleCheck, className: "live-data border-transparent bg-ok text-on-ok" },
  failed: { icon: CircleX, className: "border-danger bg-danger-wash text-ink" },
  rolled_back: { icon: Undo2, className: "border-danger border-dashed bg-danger-wash text-ink" },
  cancelled: { icon: Ban, className: "border-transparent bg-unknown text-on-unknown" },
};

/** Where an attempt stands, as symbol and word. */
export function AttemptChip({ status }: { status: AttemptStatus }) {
  const t = useTranslations("attemptStatus");
  const { icon: Icon, className } = LOOKS[status];
  return (
    <span
      className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded border px-2 text-xs font-medium whitespace-nowrap ${className}`}
    >
      <Icon aria-hidden="true" className="size-3.5" />
      {t(status)}
    </span>
  );
}
