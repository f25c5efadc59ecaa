import { CircleCheck, CircleDot, CircleSlash, Hourglass, LoaderCircle, UserRound } from "lucide-react";
import { useTranslations } from "next-intl";
import type { IncidentStatus } from "@/lib/incidents/types";

const LOOKS: Readonly<Record<IncidentStatus, { icon: typeof CircleDot; className: string }>> = {
  open: { icon: CircleDot, className: "border-control bg-panel text-ink" },
  awaiting_approval: { icon: Hourglass, className: "border-control bg-accent-wash text-ink" },
  healing: { icon: LoaderCircle, className: "border-accent bg-accent-wash text-ink" },
  resolved: { icon: CircleCheck, className: "live-data border-transparent bg-ok text-on-ok" },
  escalated: { icon: UserRound, className: "border-danger bg-danger-wash text-ink" },
  closed: { icon: CircleSlash, className: "border-transparent bg-unknown text-on-unknown" },
};

/** Where an incident stands, as symbol and word. */
export function StatusChip({ status }: { status: IncidentStatus }) {
  const t = useTranslations("status");
  const { icon: Icon, className } = LOOKS[status];
  return (
    <span
      className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded border px-2 text-xs font-medium whitespace-nowrap ${className}`}
    >
      <Icon aria-hidden="true" className={status === "healing" ? "size-3.5 motion-safe:animate-spin" : "size-3.5"} />
      {t(status)}
    </span>
  );
}
