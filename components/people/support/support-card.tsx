"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { AbsoluteTime } from "../../ui/relative-time";
import { useTell } from "../../ui/toaster";

/** One time that somebody looked at another's view (GET /api/ops/support). */
export interface SupportItem {
  readonly id: string;
  readonly helper: string;
  readonly helper_name: string;
  readonly target: string;
  readonly is_about_me: boolean;
  readonly reason: string;
  readonly started_at: string;
  readonly ends_at: string;
  readonly is_open: boolean;
}

/** Who looked at the reader's view, and at whose view the reader looked; what is open can be ended at once. */
export function SupportCard({ items }: { items: readonly SupportItem[] }) {
  const t = useTranslations("support");
  return (
    <Card labelId="support" title={t("card")}>
      {items.length === 0 ? <p className="p-4 text-muted">{t("cardNone")}</p> : null}
      <ul className="divide-y divide-hairline">
        {items.map((item) => (
          <SupportRow key={item.id} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function SupportRow({ item }: { item: SupportItem }) {
  const t = useTranslations("support");
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
      <div className="min-w-0">
        <p className="font-medium break-words">
          {item.is_about_me ? t("aboutMe", { helper: `${item.helper_name} (${item.helper})` }) : t("byMe", { target: item.target })}
          {item.is_open ? <span className="ml-2 rounded-full bg-accent-wash px-2 py-0.5 text-xs">{t("open")}</span> : null}
        </p>
        <p className="text-sm text-muted">
          <AbsoluteTime at={item.started_at} /> – <AbsoluteTime at={item.ends_at} />
        </p>
        <p className="text-sm break-words">{item.reason}</p>
      </div>
      {item.is_open && item.is_about_me ? <SendAway id={item.id} /> : null}
    </li>
  );
}

/** Ends support mode from the side of whoever is looked at. */
function SendAway({ id }: { id: string }) {
  const t = useTranslations("support");
  const tell = useTell();
  const router = useRouter();
  const [isSending, setIsSending] = useState(false);
  const end = async () => {
    setIsSending(true);
    try {
      await postJson(`/api/ops/support/${id}/leave`, {}, newKey());
      router.refresh();
    } catch (error) {
      tell(t("notLeft", { detail: error instanceof Error ? error.message : String(error) }), { isProblem: true });
    } finally {
      setIsSending(false);
    }
  };
  return (
    <Button disabled={isSending} onClick={() => void end()}>
      {t("sendAway")}
    </Button>
  );
}
