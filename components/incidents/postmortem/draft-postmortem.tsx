"use client";

import { NotebookPen } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button, buttonClass } from "../../ui/button";
import { useTell } from "../../ui/toaster";

interface DraftPostmortemProps {
  readonly incidentId: string;
  readonly postmortemId: string | null;
  readonly mayWrite: boolean;
}

/** The way to an incident's postmortem, which is begun from the starred lines when there is none. */
export function DraftPostmortem({ incidentId, postmortemId, mayWrite }: DraftPostmortemProps) {
  const t = useTranslations("postmortems");
  const language = useLocale() === "fr" ? "fr" : "en";
  const router = useRouter();
  const tell = useTell();
  const [isSending, setIsSending] = useState(false);
  const draft = async () => {
    setIsSending(true);
    try {
      const made = await postJson<{ id: string }>("/api/ops/postmortems", { incident_id: incidentId, language }, newKey());
      router.push(`/postmortems/${made.id}`);
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error), { isProblem: true });
      setIsSending(false);
    }
  };
  return (
    <div className="screen-only flex flex-wrap items-center gap-3 border-t border-hairline px-4 py-3">
      {postmortemId ? (
        <Link href={`/postmortems/${postmortemId}`} className={buttonClass()}>
          <NotebookPen aria-hidden="true" className="size-4" />
          {t("show")}
        </Link>
      ) : (
        <Button disabled={!mayWrite || isSending} onClick={() => void draft()}>
          <NotebookPen aria-hidden="true" className="size-4" />
          {t("draft")}
        </Button>
      )}
      <p className="text-sm text-muted">{t("starHint")}</p>
    </div>
  );
}
