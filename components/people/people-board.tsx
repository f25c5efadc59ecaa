"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { StateView } from "../ui/state-view";
import { EraseDialog } from "./erase-dialog";
import { InviteDialog } from "./invite-dialog";
import type { Deed, PersonItem, TenantName } from "./items";
import { DisableDialog, LinkDialog, RightsDialog } from "./person-dialogs";
import { PersonRow } from "./person-row";
import { SessionsDialog } from "./sessions-dialog";
import { SupportDialog } from "./support/support-dialog";

interface PeopleBoardProps {
  readonly people: readonly PersonItem[];
  readonly tenants: readonly TenantName[];
  /** Who is looking: nobody changes their own rights. */
  readonly email: string;
  readonly mayGiveEverywhere: boolean;
  readonly isFiltered: boolean;
  readonly mayEnter: boolean;
  readonly mayErase: boolean;
}

/** Everybody whom the reader looks after, and what can be done about each. */
export function PeopleBoard({ people, tenants, email, mayGiveEverywhere, isFiltered, mayEnter, mayErase }: PeopleBoardProps) {
  const t = useTranslations("people");
  const router = useRouter();
  const [open, setOpen] = useState<{ deed: Deed; person: PersonItem } | "invite" | null>(null);
  const close = () => setOpen(null);
  const invite = (
    <Button look="primary" data-deed="invite" onClick={() => setOpen("invite")}>
      <UserPlus aria-hidden="true" className="size-4" />
      {t("invite")}
    </Button>
  );
  return (
    <Card labelId="people" title={t("title")} aside={invite}>
      {people.length === 0 ? (
        <StateView
          kind={isFiltered ? "filtered" : "empty"}
          title={t(isFiltered ? "noneFiltered" : "none")}
          text={t(isFiltered ? "noneFilteredText" : "noneText")}
        />
      ) : (
        <ul aria-labelledby="people" className="divide-y divide-hairline">
          {people.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              tenants={tenants}
              isSelf={person.email === email}
              mayEnter={mayEnter}
              mayErase={mayErase}
              onChoose={(deed) => setOpen({ deed, person })}
            />
          ))}
        </ul>
      )}
      {open === "invite" ? (
        <InviteDialog tenants={tenants} mayGiveEverywhere={mayGiveEverywhere} onDone={() => router.refresh()} onClose={close} />
      ) : null}
      {open !== null && open !== "invite" ? (
        <ChosenDialog {...open} tenants={tenants} mayGiveEverywhere={mayGiveEverywhere} onDone={() => router.refresh()} onClose={close} />
      ) : null}
    </Card>
  );
}

interface ChosenProps {
  readonly deed: Deed;
  readonly person: PersonItem;
  readonly tenants: readonly TenantName[];
  readonly mayGiveEverywhere: boolean;
  onDone(): void;
  onClose(): void;
}

function ChosenDialog({ deed, tenants, mayGiveEverywhere, ...common }: ChosenProps) {
  switch (deed) {
    case "rights":
      return <RightsDialog {...common} tenants={tenants} mayGiveEverywhere={mayGiveEverywhere} />;
    case "link":
      return <LinkDialog {...common} />;
    case "sessions":
      return <SessionsDialog person={common.person} onClose={common.onClose} />;
    case "support":
      return <SupportDialog target={{ personId: common.person.id }} name={common.person.name} onClose={common.onClose} />;
    case "erase":
      return <EraseDialog {...common} />;
    case "disable":
      return <DisableDialog {...common} />;
  }
}
