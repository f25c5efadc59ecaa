"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { Loosening } from "@/lib/approvals/types";
import { useSpans } from "../rollouts/calendar/spans-text";
import { AbsoluteTime } from "../ui/relative-time";
import { useTimeZone } from "../ui/time-zone";
import type { RequestItem } from "./items";
import { switchName } from "./switch-name";

interface DiffLine {
  readonly what: string;
  readonly before: string | null;
  readonly after: string;
}

type FreezeChange = Extract<Loosening, { do: "freeze_change" }>;

function useFreezeLine(tenantName: string | null): (document: FreezeChange) => DiffLine {
  const t = useTranslations("safety.request");
  const format = useFormatter();
  const { timeZone } = useTimeZone();
  const at = (text: string) => format.dateTime(new Date(text), { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone });
  const said = (times: FreezeChange["before"]) => `${at(times.starts_at)} – ${at(times.ends_at)} ${timeZone}`;
  return ({ tenant_id, before, after }) => ({
    what: tenant_id === null ? t("freezeOfAll") : t("freezeOf", { tenant: tenantName ?? tenant_id }),
    before: said(before),
    after: after ? said(after) : t("freezeOver"),
  });
}

type HoursChange = Extract<Loosening, { do: "calendar_change" }>;

/** A merchant's hours as they are and would be: what stays the same is not said. */
function useHoursLines(tenantName: string | null): (document: HoursChange) => DiffLine[] {
  const t = useTranslations("calendar");
  const spansOf = useSpans();
  return ({ tenant_id, before, after }) => {
    const whom = t("hoursOf", { whom: tenantName ?? tenant_id });
    const said = ({ time_zone: zone, windows, quiet }: HoursChange["before"]) => [
      { what: t("windows"), text: windows.length > 0 ? spansOf(windows) : t("anyTime") },
      { what: t("quiet"), text: quiet.length > 0 ? spansOf(quiet) : t("none") },
      { what: t("zone"), text: zone },
    ];
    const now = said(before);
    return said(after).flatMap(({ what, text }, index) =>
      text === now[index]?.text ? [] : [{ what: `${whom} · ${what}`, before: now[index]?.text ?? null, after: text }],
    );
  };
}

/** What would be different, line by line. */
function useDiffLines(document: Loosening, tenantName: string | null): DiffLine[] {
  const t = useTranslations("safety");
  const freezeLine = useFreezeLine(tenantName);
  const hoursLines = useHoursLines(tenantName);
  if (document.do === "calendar_change") return hoursLines(document);
  if (document.do === "freeze_change") return [freezeLine(document)];
  if (document.do === "lift_block") return [{ what: document.target, before: t("request.closed"), after: t("request.open") }];
  if (document.do === "switch_off") {
    const place = document.scope === "global" ? "global" : `${document.scope} ${document.target_id ?? document.tenant_id}`;
    return [{ what: `${switchName(t, document.switch)} (${place})`, before: t("on"), after: t("off") }];
  }
  return Object.entries(document.changes).map(([what, after]) => ({
    what,
    before: what === "autopatch_enabled" ? "false" : null,
    after: JSON.stringify(after),
  }));
}

/** Exactly what is agreed to: the difference it makes, its digest, and what it is bound to. */
export function RequestDiff({ request }: { request: RequestItem }) {
  const t = useTranslations("safety");
  const { document } = request;
  const lines = useDiffLines(document, request.tenant_name);
  return (
    <div className="grid gap-2 rounded-md border border-hairline p-3 text-sm">
      <ul className="grid gap-1">
        {lines.map(({ what, before, after }) => (
          <li key={what} className="flex flex-wrap gap-x-2 break-words">
            <span className="font-medium">{what}</span>
            {before === null ? null : (
              <>
                <del className="text-danger">{before}</del>
                <span aria-hidden="true">→</span>
              </>
            )}
            <ins className="no-underline">{after}</ins>
          </li>
        ))}
      </ul>
      <dl className="grid gap-x-3 gap-y-1 sm:grid-cols-[auto_1fr]">
        <dt className="text-muted">{t("request.digest")}</dt>
        <dd className="font-mono text-xs break-all">{request.digest}</dd>
        <dt className="text-muted">{t("request.boundTo")}</dt>
        <dd>{t("request.policy", { version: document.policy_version })}</dd>
        <dt className="text-muted">{t("request.proof")}</dt>
        <dd>{t(`request.proofs.${request.requester_proof}`)}</dd>
        <dt className="text-muted">{t("request.expires")}</dt>
        <dd>
          <AbsoluteTime at={request.expires_at} />
        </dd>
      </dl>
    </div>
  );
}
