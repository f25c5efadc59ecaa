"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ApprovePlanDialog } from "../../approvals/approve-plan-dialog";
import type { Inbox, WaitingPlan } from "../../approvals/items";
import { fetchJson } from "../../live/fetch-json";
import type { IncidentDetail } from "../../live/items";
import { Dialog } from "../../ui/dialog";

interface ApproveDialogProps {
  readonly isOpen: boolean;
  readonly incident: IncidentDetail;
  readonly email: string;
  onClose(): void;
}

const URL = "/api/ops/approvals";

/** The incident's plan of today, with its exact bytes, to be agreed to. */
export function ApproveDialog({ isOpen, incident, email, onClose }: ApproveDialogProps) {
  const t = useTranslations("approve");
  const inbox = useQuery({ queryKey: ["approvals", URL], queryFn: () => fetchJson<Inbox>(URL), enabled: isOpen });
  if (!isOpen) return null;
  const plan = inbox.data?.items.find((item): item is WaitingPlan => item.kind === "plan" && item.digest === incident.plan_digest);
  if (plan && inbox.data) return <ApprovePlanDialog plan={plan} email={email} hasTrust={inbox.data.trust !== null} onClose={onClose} />;
  return (
    <Dialog isOpen title={t("title")} onClose={onClose}>
      <p className="p-4 text-sm text-muted">{inbox.isFetching ? t("reading") : (inbox.error?.message ?? t("gone"))}</p>
    </Dialog>
  );
}
