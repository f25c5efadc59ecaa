"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Download, Pencil, Printer } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { fetchJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { useLiveRead } from "../../live/use-live-read";
import { Button, buttonClass } from "../../ui/button";
import { ReadProblem } from "../../ui/read-problem";
import { AbsoluteTime } from "../../ui/relative-time";
import { useTell } from "../../ui/toaster";
import { actorName } from "../detail/actor-name";
import type { Figure, PostmortemItem } from "./items";
import { PostmortemForm } from "./postmortem-form";
import { PostmortemText } from "./postmortem-text";

interface PostmortemBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: PostmortemItem;
  readonly definitions: Readonly<Record<Figure, { readonly en: string; readonly fr: string }>>;
  readonly powers: { readonly mayWrite: boolean; readonly id: string };
}

/** A postmortem as it stands, and what its reader may do about it: write on, agree, publish, take it along. */
export function PostmortemBoard({ renderedAt, url, initial, definitions, powers }: PostmortemBoardProps) {
  const t = useTranslations("postmortems");
  const client = useQueryClient();
  const tell = useTell();
  const { data, error, retry } = useLiveRead("postmortems", url, initial, renderedAt);
  const [edited, setEdited] = useState<PostmortemItem | null>(null);
  const [isSending, setIsSending] = useState(false);
  const send = async (path: string, method: "POST" | "PATCH", body: object): Promise<boolean> => {
    setIsSending(true);
    try {
      const headers = { "content-type": "application/json", "idempotency-key": newKey() };
      await fetchJson(`${url}${path}`, { method, body: JSON.stringify(body), headers });
      return true;
    } catch (problem) {
      tell(t("notDone", { detail: problem instanceof Error ? problem.message : String(problem) }), { isProblem: true });
      return false;
    } finally {
      await client.invalidateQueries({ queryKey: ["postmortems"] });
      setIsSending(false);
    }
  };
  return (
    <article className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <header className="grid gap-1">
        <h1 className="text-xl font-semibold break-words">{data.title}</h1>
        <p className="text-sm text-muted">
          <strong className="font-semibold text-ink">{t(`status.${data.status}`)}</strong> · {t("revision", { number: data.revision })} ·{" "}
          {t("by", { who: data.authors.map(actorName).join(", ") })} · <AbsoluteTime at={data.updated_at} />
        </p>
        {data.reviewed_by ? <p className="text-sm text-muted">{t("reviewedBy", { who: actorName(data.reviewed_by) })}</p> : null}
        <Link
          href={`/${data.about === "module" ? "module-incidents" : "incidents"}/${data.incident_id}`}
          className="screen-only justify-self-start text-sm font-medium text-accent hover:underline"
        >
          {t("incident")}
        </Link>
      </header>
      {edited ? null : <Deeds item={data} powers={powers} isSending={isSending} onEdit={() => setEdited(data)} onSend={send} />}
      {edited ? (
        <PostmortemForm
          item={edited}
          isSending={isSending}
          isStale={data.revision !== edited.revision}
          onCancel={() => setEdited(null)}
          onSave={async (change) => {
            if (await send("", "PATCH", { revision: edited.revision, ...change })) setEdited(null);
          }}
        />
      ) : (
        <PostmortemText item={data} definitions={definitions} />
      )}
    </article>
  );
}

interface DeedsProps {
  readonly item: PostmortemItem;
  readonly powers: PostmortemBoardProps["powers"];
  readonly isSending: boolean;
  onEdit(): void;
  onSend(path: string, method: "POST" | "PATCH", body: object): Promise<boolean>;
}

function Deeds({ item, powers, isSending, onEdit, onSend }: DeedsProps) {
  const t = useTranslations("postmortems");
  const language = useLocale() === "fr" ? "fr" : "en";
  const isAuthor = item.authors.includes(powers.id);
  const { revision, status } = item;
  const file = (format: string) => `/api/ops/postmortems/${item.id}/export?format=${format}&language=${language}`;
  const isOff = !powers.mayWrite || isSending;
  return (
    <div className="screen-only flex flex-wrap gap-2">
      {status === "published" ? null : (
        <Button disabled={isOff} onClick={onEdit}>
          <Pencil aria-hidden="true" className="size-4" />
          {t("edit")}
        </Button>
      )}
      {status === "draft" ? (
        <Button
          disabled={isOff || isAuthor}
          title={isAuthor ? t("notByAuthor") : undefined}
          onClick={() => void onSend("/review", "POST", { revision })}
        >
          {t("review")}
        </Button>
      ) : null}
      {status === "reviewed" ? (
        <Button look="primary" disabled={isOff} onClick={() => void onSend("/publish", "POST", { revision })}>
          {t("publish")}
        </Button>
      ) : null}
      <a href={file("markdown")} download className={buttonClass()}>
        <Download aria-hidden="true" className="size-4" />
        {t("markdown")}
      </a>
      <a href={file("csv")} download className={buttonClass()}>
        <Download aria-hidden="true" className="size-4" />
        {t("csv")}
      </a>
      <Button onClick={() => window.print()}>
        <Printer aria-hidden="true" className="size-4" />
        {t("print")}
      </Button>
      {status === "draft" && isAuthor ? <p className="self-center text-sm text-muted">{t("notByAuthor")}</p> : null}
    </div>
  );
}
