"use client";

import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { keepPreference } from "../../ui/preference-cookie";

const OTHER = { en: "fr", fr: "en" } as const;

/** English or French; the server renders the page anew. */
export function LanguageToggle() {
  const t = useTranslations("language");
  const locale = useLocale();
  const router = useRouter();
  const other = OTHER[locale];
  const change = () => {
    keepPreference("locale", other);
    router.refresh();
  };
  return (
    <button
      type="button"
      onClick={change}
      lang={other}
      title={t("change")}
      className="inline-flex size-9 items-center justify-center rounded-md text-sm font-semibold text-muted uppercase hover:bg-raised hover:text-ink"
    >
      <span aria-hidden="true">{other}</span>
      <span className="sr-only normal-case">{t("change")}</span>
    </button>
  );
}
