import type { ReactNode } from "react";

/** A control under its name. */
export function Labelled({ label, className = "", children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={`grid gap-1 ${className}`}>
      <span className="text-sm font-medium text-muted">{label}</span>
      {children}
    </label>
  );
}
