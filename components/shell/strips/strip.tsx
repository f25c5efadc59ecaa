import type { LucideIcon } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

const LOOKS = {
  grave: "bg-critical text-on-critical",
  held: "bg-medium text-severity-ink",
  unknown: "bg-unknown text-on-unknown",
} as const;

interface StripProps {
  readonly icon: LucideIcon;
  readonly look: keyof typeof LOOKS;
  readonly title: string;
  readonly href?: string;
  /** Who, why and since when. */
  readonly children?: ReactNode;
}

/** One line over the whole page about what holds everywhere. */
export function Strip({ icon: Icon, look, title, href, children }: StripProps) {
  return (
    <div role="status" className={`strip flex items-start gap-3 px-4 py-2 text-sm md:px-6 ${LOOKS[look]}`}>
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <p className="min-w-0 break-words">
        {href ? (
          <Link href={href} className="font-semibold underline underline-offset-2">
            {title}
          </Link>
        ) : (
          <strong className="font-semibold">{title}</strong>
        )}{" "}
        {children}
      </p>
    </div>
  );
}
