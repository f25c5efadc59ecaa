"use client";

import { BellOff, BellRing, Moon, UserX } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Severity } from "@/lib/kernel/severity";
import { SeverityChip } from "../incidents/severity-chip";
import { Button } from "../ui/button";
import { AbsoluteTime } from "../ui/relative-time";
import type { AreaName, NobodyWhy, OnCallOrderItem, OnCallPersonItem } from "./on-call-items";

const WHY = ["no_order", "no_mail", "none_reachable", "quiet"] as const satisfies readonly NobodyWhy[];

interface OrderRowProps {
  readonly area: AreaName;
  readonly severity: Severity;
  /** Null where there is none. */
  readonly order: OnCallOrderItem | null;
  readonly hasMail: boolean;
  /** Null for whoever may not change it. */
  readonly onEdit: (() => void) | null;
}

/** One order: what it covers, who would be woken now, and who after that. */
export function OrderRow({ area, severity, order, hasMail, onEdit }: OrderRowProps) {
  const t = useTranslations("onCall");
  return (
    <li className="grid gap-2 px-4 py-3 sm:grid-cols-[11rem_1fr_auto] sm:items-start">
      <div className="flex flex-wrap items-center gap-2">
        <SeverityChip severity={severity} />
        <span className="text-sm text-muted">{t(`areas.${area}`)}</span>
      </div>
      <div className="grid min-w-0 gap-1">
        <Now order={order} hasMail={hasMail} />
        {order && order.people.length > 0 ? (
          <>
            <ol className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
              {order.people.map((person, index) => (
                <li key={person.id} className="inline-flex items-center gap-1.5">
                  <span className="text-muted">{index + 1}.</span>
                  {person.name}
                  <PersonState person={person} />
                </li>
              ))}
            </ol>
            <p className="text-sm text-muted">{t("cadence", { ack: order.ack_minutes, again: order.repage_minutes })}</p>
          </>
        ) : null}
      </div>
      {onEdit ? (
        <Button onClick={onEdit} aria-label={`${t("change")}: ${t(`areas.${area}`)}, ${severity}`}>
          {t("change")}
        </Button>
      ) : null}
    </li>
  );
}

/** Who would be woken if such an incident came now, or that nobody would. */
function Now({ order, hasMail }: Pick<OrderRowProps, "order" | "hasMail">) {
  const t = useTranslations("onCall");
  const person = order?.people.find(({ id }) => id === order.now.person_id);
  if (person) {
    return (
      <p className="flex items-center gap-2 font-medium">
        <BellRing aria-hidden="true" className="size-4 shrink-0 text-on-ok" />
        {t("wouldWake", { name: person.name })}
      </p>
    );
  }
  const said = order?.now.why ?? (hasMail ? "no_order" : "no_mail");
  const why = WHY.find((name) => name === said) ?? "no_order";
  const until = order?.now.until ?? null;
  return (
    <p className="flex items-center gap-2 font-medium">
      <BellOff aria-hidden="true" className="size-4 shrink-0 text-danger" />
      <span>
        {t(`nobody.${why}`)} {until ? <AbsoluteTime at={until} /> : null}
      </span>
    </p>
  );
}

function PersonState({ person }: { person: OnCallPersonItem }) {
  const t = useTranslations("onCall");
  if (person.state === "awake") return null;
  const Icon = person.state === "asleep" ? Moon : UserX;
  return (
    <span className="inline-flex items-center gap-1 text-muted">
      <Icon aria-hidden="true" className="size-3.5" />
      {t(`states.${person.state}`)}
      {person.until ? <AbsoluteTime at={person.until} /> : null}
    </span>
  );
}
