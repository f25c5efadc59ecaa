"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { useLiveRead } from "../live/use-live-read";
import { AgreeDialog as AgreeSwitchDialog } from "../safety/agree-dialog";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import { StateView } from "../ui/state-view";
import { ApprovePlanDialog } from "./approve-plan-dialog";
import type { ApprovalPowers, Inbox, WaitingItem } from "./items";
import { RefuseDialog } from "./refuse-dialog";
import { SignTrustDialog } from "./sign-trust-dialog";
import { TrustCard } from "./trust-card";
import { VouchDialog } from "./vouch-dialog";
import { WaitingRow } from "./waiting-row";

interface ApprovalsBoardProps {
  readonly renderedAt: string;
  readonly inbox: Inbox;
  readonly powers: ApprovalPowers;
}

type Open = { readonly do: "agree" | "refuse"; readonly item: WaitingItem } | null;

/** Everything that waits for a person, what expires first before all others. */
export function ApprovalsBoard({ renderedAt, inbox: initial, powers }: ApprovalsBoardProps) {
  const t = useTranslations("approvals");
  const read = useLiveRead("approvals", "/api/ops/approvals", initial, renderedAt);
  const [open, setOpen] = useState<Open>(null);
  const { items, trust } = read.data;
  const close = () => setOpen(null);
  return (
    <div className="grid gap-4">
      <ReadProblem error={read.error} onRetry={read.retry} />
      <p className="text-lg font-medium">{t("verdict", { count: items.length })}</p>
      <Card labelId="waiting" title={t("waiting")} aside={<span className="text-sm text-muted">{items.length}</span>}>
        {items.length === 0 ? <StateView kind="empty" title={t("none")} text={t("noneText")} /> : null}
        <ul className="divide-y divide-hairline">
          {items.map((item) => (
            <WaitingRow
              key={`${item.kind}:${item.id}`}
              item={item}
              powers={powers}
              onAgree={() => setOpen({ do: "agree", item })}
              onRefuse={() => setOpen({ do: "refuse", item })}
            />
          ))}
        </ul>
      </Card>
      <TrustCard trust={trust} mayPropose={powers.mayVouch} />
      {open?.do === "agree" ? <AgreeDialog item={open.item} email={powers.email ?? ""} hasTrust={trust !== null} onClose={close} /> : null}
      {open?.do === "refuse" ? <RefuseDialog item={open.item} onClose={close} /> : null}
    </div>
  );
}

interface AgreeDialogProps {
  readonly item: WaitingItem;
  readonly email: string;
  readonly hasTrust: boolean;
  onClose(): void;
}

/** The dialog in which somebody agrees to one kind of thing. */
function AgreeDialog({ item, email, hasTrust, onClose }: AgreeDialogProps) {
  switch (item.kind) {
    case "plan":
      return <ApprovePlanDialog plan={item} email={email} hasTrust={hasTrust} onClose={onClose} />;
    case "trust":
      return <SignTrustDialog trust={item} email={email} onClose={onClose} />;
    case "key":
      return <VouchDialog item={item} onClose={onClose} />;
    case "switch":
      return <AgreeSwitchDialog request={item} onClose={onClose} />;
  }
}
