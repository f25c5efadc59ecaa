"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { postJson } from "../../../live/fetch-json";
import type { AttemptItem, IncidentDetail } from "../../../live/items";
import { newKey } from "../../../live/new-key";
import { DangerDialog } from "../../../ui/danger-dialog";
import { useTell } from "../../../ui/toaster";
import { ActionChoices } from "./action-choices";
import { hindranceOf, type ManualAction } from "./possible-now";

interface ManualDialogProps {
  readonly isOpen: boolean;
  readonly incident: IncidentDetail;
  readonly merchant: string;
  /** The attempt under way on the plugin, if any. */
  readonly running: AttemptItem | null;
  /** What is chosen when it opens. */
  readonly first: ManualAction;
  onClose(): void;
}

/** What an action is told besides its reason, by the name of its parameter. */
const PARAMETERS: Readonly<Partial<Record<ManualAction, "assignee" | "version">>> = { assign: "assignee", patch: "version" };
const CALM: ReadonlySet<ManualAction> = new Set(["notify", "assign", "escalate", "resolve"]);

/** Everything else that a person may order about an incident, and for what is not possible now, why and until when. */
export function ManualDialog({ isOpen, incident, merchant, running, first, onClose }: ManualDialogProps) {
  const t = useTranslations("manual");
  const client = useQueryClient();
  const tell = useTell();
  const id = useId();
  const key = useRef(newKey());
  const [action, setAction] = useState<ManualAction>(first);
  const [given, setGiven] = useState("");
  const parameter = PARAMETERS[action];
  const choose = (next: ManualAction) => {
    setAction(next);
    setGiven("");
    key.current = newKey();
  };
  const order = async (reason: string) => {
    const params = parameter ? { [parameter]: given.trim() } : {};
    await postJson(`/api/ops/plugin-incidents/${incident.id}/manual-action`, { action, params, reason }, key.current);
    key.current = newKey();
    tell(t("done"));
    await Promise.all(["incident", "incidents", "attempts"].map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  const hindrance = hindranceOf(action, incident.status, running !== null);
  return (
    <DangerDialog
      isOpen={isOpen}
      title={t("title")}
      look={CALM.has(action) ? "primary" : "danger"}
      isReady={hindrance === null && (parameter === undefined || given.trim() !== "")}
      confirmLabel={t(`confirm.${action}`, { merchant })}
      reasons={[t("reasons.looking"), t("reasons.agreed")]}
      onConfirm={order}
      onClose={onClose}
      impact={
        <div className="grid gap-3">
          <ActionChoices chosen={action} status={incident.status} running={running} onChoose={choose} />
          {parameter ? (
            <div className="grid gap-1">
              <label htmlFor={id} className="text-sm font-medium">
                {t(parameter)}
              </label>
              <input
                id={id}
                type={parameter === "assignee" ? "email" : "text"}
                value={given}
                maxLength={parameter === "assignee" ? 320 : 64}
                onChange={({ target }) => setGiven(target.value)}
                className="h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:h-9 sm:text-base"
              />
            </div>
          ) : null}
        </div>
      }
    />
  );
}
