"use client";

import { CheckCheck, Undo2, UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useId, useState } from "react";
import { Button } from "../../ui/button";
import type { AskedDeed, ShownModuleIncident } from "./items";
import { useOwnership } from "./use-ownership";

interface OwnershipProps {
  readonly incident: ShownModuleIncident;
  readonly self: { readonly id: string; readonly email: string };
  readonly asked: AskedDeed | null;
  onShow(change: Partial<ShownModuleIncident>): void;
  onDone(): void;
}

/** Taking an incident, or giving it to somebody: one tap, seen at once, and for ten seconds one tap takes it back. */
export function Ownership({ incident, self, asked, onShow, onDone }: OwnershipProps) {
  const t = useTranslations("moduleIncidents");
  const { act, undo, undoable } = useOwnership(incident, self, { onShow, onDone });
  const [isAssigning, setIsAssigning] = useState(false);
  useEffect(() => {
    if (asked?.deed === "assign") setIsAssigning(true);
  }, [asked]);
  return (
    <>
      {incident.acknowledged_by === null ? (
        <Button look="primary" data-deed="acknowledge" aria-keyshortcuts="a" onClick={() => void act("acknowledge")}>
          <CheckCheck aria-hidden="true" className="size-4" />
          {t("deeds.acknowledge.name")}
        </Button>
      ) : null}
      <Button data-deed="assign" aria-expanded={isAssigning} onClick={() => setIsAssigning(!isAssigning)}>
        <UserPlus aria-hidden="true" className="size-4" />
        {t("assign")}
      </Button>
      {isAssigning ? (
        <AssignForm
          first={incident.assigned_to ?? self.email}
          onAssign={(assignee) => {
            setIsAssigning(false);
            void act("assign", assignee);
          }}
        />
      ) : null}
      {undoable ? (
        <p role="status" className="flex items-center gap-2 text-sm">
          {t(undoable === "acknowledge" ? "deeds.acknowledge.told" : "assignedTo", { who: incident.assigned_to ?? "" })}
          <Button look="quiet" onClick={() => void undo()}>
            <Undo2 aria-hidden="true" className="size-4" />
            {t("undo")}
          </Button>
        </p>
      ) : null}
    </>
  );
}

function AssignForm({ first, onAssign }: { first: string; onAssign(assignee: string): void }) {
  const t = useTranslations("moduleIncidents");
  const id = useId();
  const [assignee, setAssignee] = useState(first);
  return (
    <form
      className="flex w-full flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (assignee.trim() !== "") onAssign(assignee.trim());
      }}
    >
      <div className="grid w-full gap-1 sm:w-80">
        <label htmlFor={id} className="text-sm font-medium">
          {t("assignee")}
        </label>
        <input
          id={id}
          type="email"
          required
          maxLength={320}
          value={assignee}
          onChange={({ target }) => setAssignee(target.value)}
          className="h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:h-9 sm:text-base"
        />
      </div>
      <Button type="submit">{t("assign")}</Button>
    </form>
  );
}
