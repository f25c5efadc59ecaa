import type { Severity } from "@/lib/kernel/severity";

/** How a severity is drawn: never by colour alone. The shapes differ, the word is always there, the chips differ in lightness. */
export interface SeverityLook {
  readonly shape: "octagon" | "triangle" | "diamond" | "circle";
  readonly className: string;
}

const LOOKS: Readonly<Record<Severity, SeverityLook>> = {
  critical: { shape: "octagon", className: "bg-critical text-on-critical border-transparent" },
  high: { shape: "triangle", className: "bg-high text-severity-ink border-transparent" },
  medium: { shape: "diamond", className: "bg-medium text-severity-ink border-severity-line" },
  low: { shape: "circle", className: "bg-low text-severity-ink border-severity-line" },
};

export function severityLook(severity: Severity): SeverityLook {
  return LOOKS[severity];
}
