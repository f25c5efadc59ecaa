import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** How one state looks: never by its colour alone. */
export interface StateLook {
  readonly icon: LucideIcon;
  readonly className: string;
}

/** A state as symbol and word. */
export function StateChip({ look: { icon: Icon, className }, children }: { look: StateLook; children: ReactNode }) {
  return (
    <span className={`inline-flex h-6 items-center gap-1.5 rounded border px-2 text-xs font-medium whitespace-nowrap ${className}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {children}
    </span>
  );
}
