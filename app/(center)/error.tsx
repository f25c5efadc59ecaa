"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { StateView } from "@/components/ui/state-view";

/** A page that could not be rendered; the shell around it stays, and its digest finds the record of the fault. */
export default function PageError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  const t = useTranslations("states");
  return (
    <StateView
      kind="error"
      title={t("errorTitle")}
      text={
        <>
          {t("errorText")}
          {error.digest ? (
            <span className="mt-2 block">
              {t("reference")} <code className="font-mono text-xs">{error.digest}</code>
            </span>
          ) : null}
        </>
      }
      action={<Button onClick={retry}>{t("retry")}</Button>}
    />
  );
}
