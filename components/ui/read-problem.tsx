"use client";

import { RotateCw, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { ProblemError } from "../live/fetch-json";
import { Button } from "./button";

/** Above data that could not be read anew: the old stays, this says so, names the trace, and tries again. */
export function ReadProblem({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  const t = useTranslations("states");
  if (!error) return null;
  const traceId = error instanceof ProblemError ? error.traceId : null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-hairline bg-danger-wash px-4 py-2 text-sm">
      <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-danger" />
      <span className="font-medium">{t("readFailed")}</span>
      {traceId ? (
        <span className="min-w-0 break-all">
          {t("trace")} <code className="font-mono text-xs">{traceId}</code>
        </span>
      ) : null}
      <Button onClick={onRetry} className="ml-auto">
        <RotateCw aria-hidden="true" className="size-4" />
        {t("retry")}
      </Button>
    </div>
  );
}
