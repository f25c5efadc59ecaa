"use client";

import { CheckCheck, Ellipsis, ShieldCheck, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type { AttemptItem, IncidentDetail, PluginItem } from "../../live/items";
import { Button } from "../../ui/button";
import { recommendedAction } from "../detail/recommended-action";
import type { IncidentActions } from "./action-answer";
import { ApproveDialog } from "./approve-dialog";
import { ManualDialog } from "./manual/manual-dialog";
import { RollBackDialog } from "./roll-back-dialog";
import { useAcknowledge } from "./use-incident-action";
import { wayBack } from "./way-back";

export interface Powers {
  readonly mayWrite: boolean;
  readonly mayApprove: boolean;
  /** The reader's own address. */
  readonly email: string;
}

interface IncidentActionsBarProps {
  readonly incident: IncidentDetail;
  readonly plugin: PluginItem;
  /** The attempt under way, if any. */
  readonly running: AttemptItem | null;
  readonly merchant: string;
  readonly powers: Powers;
  readonly acknowledge: IncidentActions["acknowledge"];
  /** What a runbook's step asks to be opened, counted so that the same can be asked again. */
  readonly asked: AskedDeed | null;
}

/** A dialog of this bar that a runbook opens; nothing is done by opening it. */
export interface AskedDeed {
  readonly deed: "acknowledge" | "assign" | "escalate" | "restart" | "isolate" | "roll_back";
  readonly count: number;
}

type Open = "approve" | "roll_back" | "manual" | null;

/** Shows the bar and opens what a runbook's step asks for; an acknowledgement is not pressed for anybody, only found. */
function useAsked(asked: AskedDeed | null, setOpen: (open: Open) => void) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!asked) return;
    bar.current?.scrollIntoView({ block: "nearest" });
    if (asked.deed === "acknowledge") bar.current?.querySelector("button")?.focus();
    else setOpen(asked.deed === "roll_back" ? "roll_back" : "manual");
  }, [asked, setOpen]);
  return bar;
}

/** What the dialog of other actions begins with. */
function firstChoice(asked: AskedDeed | null) {
  return asked && asked.deed !== "acknowledge" && asked.deed !== "roll_back" ? asked.deed : "notify";
}

const OVER: ReadonlySet<string> = new Set(["resolved", "closed"]);

/** What a person can do about an incident: near the thumb on a phone, below the verdict on a desk. */
export function IncidentActionsBar({ incident, plugin, running, merchant, powers, acknowledge, asked }: IncidentActionsBarProps) {
  const t = useTranslations("incident");
  const [open, setOpen] = useState<Open>(null);
  const { isSending, send } = useAcknowledge(incident, acknowledge);
  const bar = useAsked(asked, setOpen);
  const way = wayBack(plugin, running);
  const isOver = OVER.has(incident.status);
  const waits = incident.status === "awaiting_approval" && incident.plan_digest !== null;
  const missing = [powers.mayWrite ? null : "operator", waits && !powers.mayApprove ? "approver" : null].filter((role) => role !== null);
  if (isOver) return null;
  return (
    <div
      ref={bar}
      className="screen-only sticky bottom-14 z-10 -mx-4 border-t border-hairline bg-panel px-4 py-2 md:static md:mx-0 md:border-0 md:bg-transparent md:p-0"
    >
      <div className="flex flex-wrap gap-2 max-md:*:flex-1">
        {incident.acknowledged_by === null ? (
          <Button
            look={recommendedAction(incident) === "acknowledge" ? "primary" : "secondary"}
            disabled={!powers.mayWrite || isSending}
            data-deed="acknowledge"
            aria-keyshortcuts="a"
            onClick={() => void send()}
          >
            <CheckCheck aria-hidden="true" className="size-4" />
            {isSending ? t("acknowledging") : t("acknowledge")}
          </Button>
        ) : null}
        {waits ? (
          <Button look="primary" disabled={!powers.mayApprove} data-deed="approve" onClick={() => setOpen("approve")}>
            <ShieldCheck aria-hidden="true" className="size-4" />
            {t("approve", { given: incident.approvals.given, required: incident.approvals.required })}
          </Button>
        ) : null}
        <Button
          disabled={!powers.mayWrite || way === null}
          title={way === null ? t("noWayBack") : undefined}
          data-deed="roll_back"
          onClick={() => setOpen("roll_back")}
        >
          <Undo2 aria-hidden="true" className="size-4" />
          {way ? t("rollBackVersion", { version: way.from }) : t("rollBack")}
        </Button>
        <Button disabled={!powers.mayWrite} data-deed="other" aria-keyshortcuts=". e" onClick={() => setOpen("manual")}>
          <Ellipsis aria-hidden="true" className="size-4" />
          {t("otherActions")}
        </Button>
      </div>
      {missing.length > 0 ? <p className="mt-2 text-sm text-muted">{t("needsRole", { roles: missing.join(", ") })}</p> : null}
      <BarDialogs open={open} onClose={() => setOpen(null)} {...{ incident, running, merchant, powers, asked, way }} />
    </div>
  );
}

interface BarDialogsProps extends Pick<IncidentActionsBarProps, "incident" | "running" | "merchant" | "powers" | "asked"> {
  readonly open: Open;
  readonly way: ReturnType<typeof wayBack>;
  onClose(): void;
}

/** The dialogs behind the bar's buttons; a runbook's step opens the same. */
function BarDialogs({ open, incident, running, merchant, powers, asked, way, onClose }: BarDialogsProps) {
  return (
    <>
      <ApproveDialog isOpen={open === "approve"} incident={incident} email={powers.email} onClose={onClose} />
      <ManualDialog
        key={asked?.count}
        first={firstChoice(asked)}
        isOpen={open === "manual"}
        incident={incident}
        merchant={merchant}
        running={running}
        onClose={onClose}
      />
      {way ? (
        <RollBackDialog isOpen={open === "roll_back"} incidentId={incident.id} way={way} merchant={merchant} onClose={onClose} />
      ) : null}
    </>
  );
}
