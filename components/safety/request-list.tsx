"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button } from "../ui/button";
import { DangerDialog } from "../ui/danger-dialog";
import { RelativeTime } from "../ui/relative-time";
import { useTell } from "../ui/toaster";
import { AgreeDialog, yesOf } from "./agree-dialog";
import type { RequestItem, SafetyPowers } from "./items";
import { RequestDiff } from "./request-diff";
import { whoName } from "./switch-name";

interface RequestListProps {
  readonly requests: readonly RequestItem[];
  readonly powers: SafetyPowers;
}

/** Wishes to go away from safety: what exactly each would do, who asked, and the second person's yes or anybody's no. */
export function RequestList({ requests, powers }: RequestListProps) {
  const [open, setOpen] = useState<{ do: "approve" | "decline"; request: RequestItem } | null>(null);
  return (
    <>
      <ul className="divide-y divide-hairline">
        {requests.map((request) => (
          <Wish
            key={request.id}
            request={request}
            powers={powers}
            onApprove={() => setOpen({ do: "approve", request })}
            onDecline={() => setOpen({ do: "decline", request })}
          />
        ))}
      </ul>
      {open?.do === "approve" ? <AgreeDialog request={open.request} onClose={() => setOpen(null)} /> : null}
      {open?.do === "decline" ? <DeclineDialog request={open.request} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

interface WishProps {
  readonly request: RequestItem;
  readonly powers: SafetyPowers;
  onApprove(): void;
  onDecline(): void;
}

function Wish({ request, powers, onApprove, onDecline }: WishProps) {
  const t = useTranslations("safety.request");
  const isOwn = powers.email !== null && whoName(request.requested_by).toLowerCase() === powers.email.toLowerCase();
  const isWaiting = request.requester_proof === "waiting";
  const hint = isOwn ? t("own") : powers.mayAgree ? (isWaiting ? t("unproven") : null) : t("needsRole");
  return (
    <li className="grid gap-2 px-4 py-3">
      <p className="min-w-0 text-sm break-words">
        <span className="font-medium">{whoName(request.requested_by)}</span>, <RelativeTime at={request.created_at} />: {request.reason}
      </p>
      <RequestDiff request={request} />
      {hint ? <p className="text-sm text-muted">{hint}</p> : null}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" disabled={isOwn || !powers.mayAgree || isWaiting} onClick={onApprove}>
          {t(yesOf(request))}
        </Button>
        <Button disabled={!powers.mayThrow} onClick={onDecline}>
          {isOwn ? t("withdraw") : t("decline")}
        </Button>
      </div>
    </li>
  );
}

function DeclineDialog({ request, onClose }: { request: RequestItem; onClose: () => void }) {
  const t = useTranslations("safety.request");
  const client = useQueryClient();
  const tell = useTell();
  const key = useRef(newKey());
  const decline = async (reason: string) => {
    await postJson(`/api/ops/switches/requests/${request.id}/decline`, { reason }, key.current);
    tell(t("declined"));
    await Promise.all(["safety", "calendars"].map((read) => client.invalidateQueries({ queryKey: [read] })));
  };
  return (
    <DangerDialog
      isOpen
      title={t("declineTitle")}
      impact={<p>{t(request.document.do === "switch_off" ? "declineImpact" : "declineOther")}</p>}
      reasons={[t("reasons.early"), t("reasons.unclear")]}
      confirmLabel={t("decline")}
      onConfirm={decline}
      onClose={onClose}
    />
  );
}
