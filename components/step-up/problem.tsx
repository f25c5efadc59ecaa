"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { ProblemError } from "../live/fetch-json";
import { NoPasskeyShown } from "./passkey-prompt";

/** Why something was not done: in the server's own words, or in ours. */
export interface Trouble {
  readonly text: string;
  readonly isServers: boolean;
}

/** Says what went wrong, in the reader's language where it is not the server that speaks. */
export function useTroubleOf(): (error: unknown) => Trouble {
  const t = useTranslations("stepUp");
  return (error) => {
    if (error instanceof NoPasskeyShown) return { text: t("notShown"), isServers: false };
    return { text: error instanceof Error ? error.message : String(error), isServers: error instanceof ProblemError };
  };
}

/** Why it was not done. */
export function Problem({ text, isServers }: Trouble) {
  const t = useTranslations("danger");
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-danger-wash px-3 py-2 text-sm">
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
      <p className="min-w-0 break-words">
        {t("refused")} <span lang={isServers ? "en" : undefined}>{text}</span>
      </p>
    </div>
  );
}
