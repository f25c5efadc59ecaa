"use client";

import { MonitorSmartphone } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button } from "../ui/button";
import { AbsoluteTime, RelativeTime } from "../ui/relative-time";
import { StateView } from "../ui/state-view";
import { useTell } from "../ui/toaster";
import type { SessionItem } from "./items";

interface SessionListProps {
  readonly labelId?: string;
  readonly sessions: readonly SessionItem[];
  /** Why somebody else's is ended; one's own needs no reason. */
  readonly reason?: string;
  onEnded(): void;
}

/** Where somebody is signed in; each may be ended by itself. */
export function SessionList({ labelId, sessions, reason, onEnded }: SessionListProps) {
  const t = useTranslations("account");
  if (sessions.length === 0) return <StateView kind="empty" title={t("none")} text={reason === undefined ? t("noneText") : undefined} />;
  return (
    <ul aria-labelledby={labelId} className="divide-y divide-hairline">
      {sessions.map((session) => (
        <SessionRow key={session.id} session={session} reason={reason} onEnded={onEnded} />
      ))}
    </ul>
  );
}

function SessionRow({ session, reason, onEnded }: { session: SessionItem; reason: string | undefined; onEnded(): void }) {
  const t = useTranslations("account");
  const tell = useTell();
  const [isEnding, setIsEnding] = useState(false);
  const end = async () => {
    setIsEnding(true);
    try {
      await postJson(`/api/ops/sessions/${session.id}/revoke`, reason === undefined ? {} : { reason }, newKey());
      tell(t("ended"));
      onEnded();
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error), { isProblem: true });
      setIsEnding(false);
    }
  };
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
      <div className="flex min-w-0 flex-1 gap-3">
        <MonitorSmartphone aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-muted" />
        <div className="min-w-0">
          <p className="font-medium break-words">
            {session.agent === "" ? t("unknownAgent") : session.agent}
            {session.is_current ? <span className="ml-2 rounded-full bg-accent-wash px-2 py-0.5 text-xs">{t("thisOne")}</span> : null}
          </p>
          <p className="text-sm text-muted">
            {t(`method.${session.method}`)} · {t("seen")} <RelativeTime at={session.seen_at} /> · {t("began")}{" "}
            <AbsoluteTime at={session.started_at} /> · {t("ends")} <AbsoluteTime at={session.ends_at} />
          </p>
        </div>
      </div>
      {session.is_current ? null : (
        <Button
          disabled={isEnding}
          onClick={() => void end()}
          aria-label={`${t("end")}: ${session.agent === "" ? t("unknownAgent") : session.agent}`}
        >
          {t("end")}
        </Button>
      )}
    </li>
  );
}
