"use client";

import { useQuery } from "@tanstack/react-query";
import { Ban, Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { actorName } from "../incidents/detail/actor-name";
import { fetchJson } from "../live/fetch-json";
import type { Page } from "../live/items";
import { ReadProblem } from "../ui/read-problem";
import { AbsoluteTime } from "../ui/relative-time";
import type { AuditItem, AuditRowItem } from "./audit-item";
import { DiffTable } from "./diff-table";

/** One entry: who did what on which thing; opened, what changed and where it lies in the log. */
export function AuditRow({ entry, startsOpen }: { entry: AuditRowItem; startsOpen: boolean }) {
  const t = useTranslations("audit");
  const [isOpen, setIsOpen] = useState(startsOpen);
  const Outcome = entry.outcome === "done" ? Check : Ban;
  return (
    <li>
      <details className="group" open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary
          data-row=""
          className="grid cursor-pointer grid-cols-[1fr_auto] items-center gap-x-3 gap-y-1 px-4 py-2.5 group-open:bg-raised hover:bg-raised sm:grid-cols-[9.5rem_1fr_1fr_6.5rem_5.5rem]"
        >
          <AbsoluteTime at={entry.at} className="text-sm text-muted sm:col-start-1 sm:row-start-1" />
          <span className="col-span-2 row-start-2 min-w-0 sm:col-span-1 sm:col-start-2 sm:row-start-1">
            <span className="block truncate font-medium">{actorName(entry.actor)}</span>
            {entry.on_behalf_of ? (
              <span className="block truncate text-sm text-muted">{t("onBehalf", { whom: actorName(entry.on_behalf_of) })}</span>
            ) : null}
          </span>
          <span className="col-span-2 row-start-3 min-w-0 sm:col-span-1 sm:col-start-3 sm:row-start-1">
            <span className="block truncate font-mono text-sm">{entry.command}</span>
            <span className="block truncate font-mono text-xs text-muted">{entry.subject}</span>
          </span>
          <span className="col-start-2 row-start-1 inline-flex items-center gap-1.5 text-sm sm:col-start-4">
            <Outcome aria-hidden="true" className={entry.outcome === "done" ? "size-4 text-on-ok" : "size-4 text-danger"} />
            {t(entry.outcome)}
          </span>
          <span className="hidden text-right text-sm text-muted sm:col-start-5 sm:row-start-1 sm:block">{placeOf(entry, t)}</span>
        </summary>
        {isOpen ? <Opened id={entry.id} /> : null}
      </details>
    </li>
  );
}

type Translate = ReturnType<typeof useTranslations<"audit">>;

function placeOf({ seq }: Pick<AuditItem, "seq">, t: Translate): string {
  return seq === null ? t("unsealed") : t("place", { seq: String(seq) });
}

/** What changed is read only once somebody asks for it: a page of entries would otherwise be mostly that. */
function Opened({ id }: { id: string }) {
  const t = useTranslations("audit");
  const states = useTranslations("states");
  const read = useQuery({
    queryKey: ["audit-entry", id],
    queryFn: ({ signal }) => fetchJson<Page<AuditItem>>(`/api/ops/audit?id=${id}`, { signal }),
  });
  const entry = read.data?.items[0];
  if (read.error) return <ReadProblem error={read.error} onRetry={() => void read.refetch()} />;
  if (!entry) {
    return (
      <p role="status" className="border-t border-hairline px-4 py-3 text-sm text-muted">
        {states("loading")}
      </p>
    );
  }
  return (
    <div className="grid gap-3 border-t border-hairline px-4 py-3">
      <DiffTable entry={entry} />
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {entry.reason ? <Line name={t("reason")}>{entry.reason}</Line> : null}
        <Line name={t("trace")}>
          <code className="font-mono text-xs break-all">{entry.trace_id}</code>
        </Line>
        <Line name={t("hash")}>
          <code className="font-mono text-xs break-all">{entry.leaf_hash ?? t("unsealed")}</code>
        </Line>
        {entry.seq === null ? null : (
          <Line name={t("proof")}>
            <a className="text-accent underline" href={`/api/ops/audit/proof?seq=${entry.seq}`}>
              {placeOf(entry, t)}
            </a>
          </Line>
        )}
      </dl>
    </div>
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
