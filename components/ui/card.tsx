import type { ReactNode } from "react";
import { classNames } from "./class-names";

interface CardProps {
  readonly title?: ReactNode;
  /** Beside the title: a count, a link, a state. */
  readonly aside?: ReactNode;
  /** Names the section for those who jump between regions. */
  readonly labelId?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Card({ title, aside, labelId, className, children }: CardProps) {
  return (
    <section aria-labelledby={labelId} className={classNames("min-w-0 rounded-lg border border-hairline bg-panel", className)}>
      {title ? (
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-hairline px-4 py-2">
          <h2 id={labelId} className="text-base font-semibold">
            {title}
          </h2>
          {aside}
        </div>
      ) : null}
      {children}
    </section>
  );
}
