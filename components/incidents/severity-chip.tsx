import { Circle, Diamond, Octagon, Triangle } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Severity } from "@/lib/kernel/severity";
import { severityLook } from "./severity-look";

const SHAPES = { octagon: Octagon, triangle: Triangle, diamond: Diamond, circle: Circle } as const;

/** A severity as shape, word and colour. */
export function SeverityChip({ severity }: { severity: Severity }) {
  const t = useTranslations("severity");
  const { shape, className } = severityLook(severity);
  const Shape = SHAPES[shape];
  return (
    <span
      className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded border px-2 text-xs font-semibold whitespace-nowrap ${className}`}
    >
      <Shape aria-hidden="true" className="size-3" fill="currentColor" />
      {t(severity)}
    </span>
  );
}
