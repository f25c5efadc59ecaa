import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "./button";

interface PageLinksProps {
  /** Address of the list up to its cursor. */
  readonly pageHref: string;
  /** Where the list begins; null on its first page. */
  readonly firstHref: string | null;
  readonly nextCursor: string | null;
  readonly texts: { readonly first: string; readonly next: string };
}

/** The ways on from one page of a list: its beginning, and what comes after. */
export function PageLinks({ pageHref, firstHref, nextCursor, texts }: PageLinksProps) {
  const t = useTranslations("common");
  if (!nextCursor && !firstHref) return null;
  return (
    <nav aria-label={t("pages")} className="screen-only flex justify-between gap-2 border-t border-hairline p-3">
      {firstHref ? (
        <Link href={firstHref} aria-keyshortcuts="[" className={buttonClass()}>
          {texts.first}
        </Link>
      ) : (
        <span />
      )}
      {nextCursor ? (
        <Link
          href={`${pageHref}${pageHref.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(nextCursor)}`}
          aria-keyshortcuts="]"
          className={buttonClass()}
        >
          {texts.next}
        </Link>
      ) : null}
    </nav>
  );
}
