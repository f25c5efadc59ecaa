import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";

/** From one version to another; a restart has but one. */
export function VersionChange({ from, to }: { from: string | null; to: string | null }) {
  const t = useTranslations("attempt");
  const isSame = to === null || to === from;
  return (
    <span className="inline-flex items-center gap-1 font-mono text-sm whitespace-nowrap">
      {from ?? "–"}
      {isSame ? null : (
        <>
          <ArrowRight aria-hidden="true" className="size-3.5 text-muted" />
          <span className="sr-only">{t("to")}</span>
          {to}
        </>
      )}
    </span>
  );
}
