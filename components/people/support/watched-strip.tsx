import { Eye } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";

/** Tells somebody that their view is being looked at this moment, and where they end it. */
export function WatchedStrip({ name, reason }: { name: string; reason: string }) {
  const t = useTranslations("support");
  return (
    <div role="status" className="flex items-start gap-3 bg-unknown px-4 py-2 text-sm text-on-unknown md:px-6">
      <Eye aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <p className="min-w-0 break-words">
        <Link href="/account" className="font-semibold underline underline-offset-2">
          {t("watched", { name })}
        </Link>{" "}
        {t("watchedText", { reason })}
      </p>
    </div>
  );
}
