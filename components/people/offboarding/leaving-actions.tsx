"use client";

import { DoorOpen, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { StepUpDialog } from "../../step-up/step-up-dialog";
import { Button } from "../../ui/button";
import type { LeavingDetail } from "./items";

interface LeavingActionsProps {
  readonly item: LeavingDetail;
  readonly isAskedByReader: boolean;
  readonly mayAct: boolean;
}

/** The way out takes two people, the way back one: what the server allows now, and nothing else. */
export function LeavingActions({ item, isAskedByReader, mayAct }: LeavingActionsProps) {
  const t = useTranslations("offboarding");
  const [open, setOpen] = useState<"offboard" | "stay" | null>(null);
  const mayOffboard = item.state === "staying" || (item.state === "asked" && !isAskedByReader);
  const verb = item.state === "asked" ? "agree" : "ask";
  const close = () => setOpen(null);
  if (!mayOffboard && !item.may_stay) return null;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        {mayOffboard ? (
          <Button look="danger" disabled={!mayAct} onClick={() => setOpen("offboard")}>
            <DoorOpen aria-hidden="true" className="size-4" />
            {t(verb)}
          </Button>
        ) : null}
        {item.may_stay ? (
          <Button disabled={!mayAct} onClick={() => setOpen("stay")}>
            <Undo2 aria-hidden="true" className="size-4" />
            {t("stay")}
          </Button>
        ) : null}
      </div>
      {mayAct ? null : <p className="text-sm text-muted">{t("needsAll")}</p>}
      {open === "offboard" ? (
        <StepUpDialog
          title={t(`${verb}Title`, { merchant: item.name })}
          confirmLabel={t(verb)}
          typed={item.slug}
          reasons={[t("reasons.ended"), t("reasons.asked")]}
          done={t(`${verb}Done`)}
          reads={["tenants"]}
          impact={<p>{t(`${verb}Impact`, { ask: item.ask_hours, grace: item.grace_hours })}</p>}
          perform={async ({ reason, show }) => {
            await show(item.digest);
            await postJson(`/api/ops/tenants/${item.id}/offboard`, { slug: item.slug, reason }, newKey());
          }}
          onClose={close}
        />
      ) : null}
      {open === "stay" ? (
        <StepUpDialog
          title={t("stayTitle", { merchant: item.name })}
          confirmLabel={t("stay")}
          look="primary"
          needsStepUp={false}
          reasons={[t("reasons.signed"), t("reasons.mistake")]}
          done={t("stayDone")}
          reads={["tenants"]}
          impact={<p>{t("stayImpact")}</p>}
          perform={({ reason }) => postJson(`/api/ops/tenants/${item.id}/stay`, { reason }, newKey())}
          onClose={close}
        />
      ) : null}
    </div>
  );
}
