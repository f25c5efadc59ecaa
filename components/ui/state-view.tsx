import { CircleCheck, Filter, Lock, SearchX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const ICONS = { empty: CircleCheck, filtered: Filter, error: TriangleAlert, forbidden: Lock, missing: SearchX } as const;

interface StateViewProps {
  readonly kind: keyof typeof ICONS;
  readonly title: string;
  readonly text?: ReactNode;
  /** A way on: retry, clear the filter, go back. */
  readonly action?: ReactNode;
}

/** What stands where data would: nothing there, nothing found, not permitted, or a fault. */
export function StateView({ kind, title, text, action }: StateViewProps) {
  const Icon = ICONS[kind];
  return (
    <div role={kind === "error" ? "alert" : undefined} className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <Icon aria-hidden="true" className="size-6 text-muted" />
      <p className="text-lg font-semibold">{title}</p>
      {text ? <div className="max-w-prose text-muted">{text}</div> : null}
      {action ? <div className="mt-2">{action}</div> : null}
    </div>
  );
}
