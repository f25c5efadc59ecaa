"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { useTell } from "../../ui/toaster";
import type { ShownModuleIncident } from "./items";

export type OwnedBy = "acknowledge" | "assign";
const UNDO_MS = 10_000;

interface Listeners {
  /** What is shown as done before the server has answered; nothing once the server's own word counts again. */
  onShow(change: Partial<ShownModuleIncident>): void;
  onDone(): void;
}

/** Who has an incident: shown at once, sent at once, taken back where the server refuses, and for ten seconds where a person says so. */
export function useOwnership(
  incident: Pick<ShownModuleIncident, "id" | "acknowledged_by" | "assigned_to">,
  self: { readonly id: string },
  { onShow, onDone }: Listeners,
) {
  const t = useTranslations("moduleIncidents");
  const tell = useTell();
  const [undoable, setUndoable] = useState<OwnedBy | null>(null);
  useEffect(() => {
    if (!undoable) return;
    const timer = setTimeout(() => setUndoable(null), UNDO_MS);
    return () => clearTimeout(timer);
  }, [undoable]);
  const send = async (path: string, body: object): Promise<boolean> => {
    try {
      await postJson(`/api/ops/module-incidents/${incident.id}/${path}`, body, newKey());
      return true;
    } catch (error) {
      tell(t("notDone", { detail: error instanceof Error ? error.message : String(error) }), { isProblem: true });
      return false;
    } finally {
      onDone();
    }
  };
  const act = async (deed: OwnedBy, assignee?: string) => {
    onShow(deed === "acknowledge" ? { acknowledged_by: self.id } : { assigned_to: assignee ?? null });
    const isDone = await send(deed, deed === "assign" ? { assignee } : {});
    if (isDone) setUndoable(deed);
    else onShow({});
  };
  const undo = async () => {
    const deed = undoable;
    if (!deed) return;
    setUndoable(null);
    onShow({});
    if (await send("undo", { deed })) tell(t("undone"));
  };
  return { act, undo, undoable };
}
