"use client";

import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { fetchJson, postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button, buttonClass } from "../ui/button";
import { DangerDialog } from "../ui/danger-dialog";
import { ReadProblem } from "../ui/read-problem";
import { AbsoluteTime } from "../ui/relative-time";
import { useTell } from "../ui/toaster";
import type { DeliveryDetail, DeliveryItem } from "./delivery-items";

/** The text as it was sent; what is JSON is laid out, since the bytes are one line. */
function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Everything about one message. Its text is read only once somebody asks for it. */
export function DeliveryPanel({ delivery, onChanged }: { delivery: DeliveryItem; onChanged(): void }) {
  const t = useTranslations("deliveries");
  const states = useTranslations("states");
  const url = `/api/ops/deliveries/${delivery.id}`;
  const read = useQuery({
    queryKey: ["delivery", delivery.id],
    queryFn: ({ signal }) => fetchJson<DeliveryDetail>(url, { signal }),
  });
  const { last_status, last_error, last_attempt_at, next_attempt_at } = delivery;
  return (
    <div className="grid gap-3 border-t border-hairline px-4 py-3">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <Line name={t("answer")}>{last_status ?? t("noAnswer")}</Line>
        {last_error ? (
          <Line name={t("error")}>
            <span lang="en">{last_error}</span>
          </Line>
        ) : null}
        {last_attempt_at ? (
          <Line name={t("lastTry")}>
            <AbsoluteTime at={last_attempt_at} />
          </Line>
        ) : null}
        {delivery.status === "waiting" && next_attempt_at ? (
          <Line name={t("nextTry")}>
            <AbsoluteTime at={next_attempt_at} />
          </Line>
        ) : null}
        <Line name={t("message")}>
          <code className="font-mono text-xs break-all">msg_{delivery.id}</code>
        </Line>
      </dl>
      {read.error ? <ReadProblem error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.data ? <Sent detail={read.data} /> : <p role="status">{read.error ? null : states("loading")}</p>}
      <div className="flex flex-wrap gap-2">
        <Replay delivery={delivery} onChanged={onChanged} />
        {delivery.incident_id ? (
          <Link
            href={`/${delivery.event.startsWith("module-incident.") ? "module-incidents" : "incidents"}/${delivery.incident_id}`}
            className={buttonClass()}
          >
            {t("incident")}
          </Link>
        ) : null}
      </div>
    </div>
  );
}

function Sent({ detail }: { detail: DeliveryDetail }) {
  const t = useTranslations("deliveries");
  const headers = Object.entries(detail.headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <>
      <Block title={t("headers")} text={headers.join("\n")} />
      <Block title={t("body")} text={laidOut(detail.body)} />
    </>
  );
}

function Block({ title, text }: { title: string; text: string }) {
  return (
    <section className="grid min-w-0 gap-1">
      <h3 className="text-sm font-medium text-muted">{title}</h3>
      <pre className="rounded-md bg-raised p-3 font-mono text-xs break-words whitespace-pre-wrap">{text}</pre>
    </section>
  );
}

function Replay({ delivery, onChanged }: { delivery: DeliveryItem; onChanged(): void }) {
  const t = useTranslations("deliveries");
  const tell = useTell();
  const [isAsking, setIsAsking] = useState(false);
  const replay = async (reason: string) => {
    await postJson(`/api/ops/deliveries/${delivery.id}/replay`, { reason }, newKey());
    tell(t("replayed"));
    onChanged();
  };
  return (
    <>
      <Button look="primary" onClick={() => setIsAsking(true)}>
        <RotateCw aria-hidden="true" className="size-4" />
        {t("replay")}
      </Button>
      <DangerDialog
        isOpen={isAsking}
        title={t("replayTitle")}
        impact={<p>{t("replayText", { to: delivery.to })}</p>}
        reasons={[t("reasonLost"), t("reasonDown")]}
        confirmLabel={t("replay")}
        look="primary"
        onConfirm={replay}
        onClose={() => setIsAsking(false)}
      />
    </>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
