"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { useTimeText } from "../../live/live-provider";
import { newKey } from "../../live/new-key";
import { type Given, StepUpDialog } from "../../step-up/step-up-dialog";
import { Button } from "../../ui/button";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";
import type { RepairPowers, ShownRun } from "./items";

type Deed = "apply" | "approve" | "rollback" | "cancel";

/** How much of the digest is typed: enough to have looked at it. */
const TYPED_CHARACTERS = 8;

/** Who asked that what two people applied be taken back, until another one agrees. */
export function backAsker({ status, needs_two: needsTwo, rolled_back_by: by }: ShownRun): string | null {
  return status === "applied" && needsTwo ? by : null;
}

/** Deeds that make sense now. Nobody agrees to what they asked for, and nothing is applied once its time is over. */
function deedsOf(run: ShownRun, powers: RepairPowers, isLate: boolean): Deed[] {
  const { status, needs_two: needsTwo, asked_by: askedBy } = run;
  const backAskedBy = backAsker(run);
  const isReady = status === "ready" && !isLate;
  const isLeft = status === "applied" || status === "applying" || (status === "failed" && run.parts.some((part) => part.is_applied));
  return [
    ...(powers.mayRepair && isReady && !(needsTwo && askedBy) ? (["apply"] as const) : []),
    ...(powers.mayApprove && isReady && askedBy && askedBy !== powers.self ? (["approve"] as const) : []),
    ...(powers.mayApprove && backAskedBy && backAskedBy !== powers.self ? (["approve"] as const) : []),
    ...(powers.mayRepair && isLeft && !backAskedBy ? (["rollback"] as const) : []),
    ...(powers.mayRepair && (status === "dry_running" || status === "ready") ? (["cancel"] as const) : []),
  ];
}

/** Apply is locked to its dry-run: the digest is typed, and the server takes no other. */
export function RunActions({ run, powers }: { run: ShownRun; powers: RepairPowers }) {
  const t = useTranslations("repairs");
  const client = useQueryClient();
  const tell = useTell();
  const [deed, setDeed] = useState<Deed | null>(null);
  const late = useTimeText((nowMs) => (run.expires_at !== null && Date.parse(run.expires_at) <= nowMs ? "late" : "in time"));
  const deeds = deedsOf(run, powers, late === "late");
  const perform = async (reason: string) => {
    const body = deed === "apply" || deed === "approve" ? { reason, digest: run.digest } : { reason };
    await postJson(`/api/ops/repair-runs/${run.id}/${deed}`, body, newKey());
    tell(t(`told.${deed ?? "apply"}`));
    await Promise.all(["repair", "repairs"].map((read) => client.invalidateQueries({ queryKey: [read] })));
  };
  const withDigest = async ({ reason, show }: Given) => {
    if (deed === "approve") await show(run.digest ?? "");
    await perform(reason);
  };
  if (deeds.length === 0) return null;
  const isTwo = run.needs_two && (run.status === "ready" || run.status === "applied");
  const told = { rows: run.rows_total ?? 0, tenants: run.tenants, isTwo: isTwo ? "yes" : "no", isBack: backAsker(run) ? "yes" : "no" };
  const common = deed && {
    title: t(`ask.${deed}`, { job: run.job }),
    impact: <p>{t(`impact.${deed}`, told)}</p>,
    confirmLabel: t(`deed.${deed}`),
    reasons: [t("reasons.looked"), t("reasons.incident")],
    onClose: () => setDeed(null),
  };
  const isTyped = deed === "apply" || deed === "approve";
  return (
    <div className="screen-only flex flex-wrap gap-2">
      {deeds.map((each) => (
        <Button key={each} look={each === "rollback" ? "danger" : "secondary"} onClick={() => setDeed(each)}>
          {t(`deed.${each}`)}
        </Button>
      ))}
      {common && !isTyped ? <DangerDialog isOpen {...common} onConfirm={perform} /> : null}
      {common && isTyped ? (
        <StepUpDialog
          {...common}
          look="primary"
          needsStepUp={deed === "approve"}
          typed={run.digest?.replace("sha256:", "").slice(0, TYPED_CHARACTERS) ?? ""}
          perform={withDigest}
        />
      ) : null}
    </div>
  );
}
