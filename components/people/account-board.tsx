"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ApproverKeyItem } from "../approvals/items";
import { KeysCard } from "../approvals/keys-card";
import { FactorCard } from "../safety/factor-card";
import { Card } from "../ui/card";
import type { NoticesItem, SessionItem } from "./items";
import { NoticesForm } from "./notices-form";
import { PasswordForm } from "./password-form";
import { SessionList } from "./session-list";

interface AccountBoardProps {
  readonly email: string;
  readonly sessions: readonly SessionItem[];
  /** Null where there is no record of the reader. */
  readonly isEnrolled: boolean | null;
  /** The reader's signing keys; null for somebody who approves nothing. */
  readonly keys: readonly ApproverKeyItem[] | null;
  readonly notices: NoticesItem;
}

/** What somebody looks after themselves: their sessions, their second factor, their password, how they are told. */
export function AccountBoard({ email, sessions, isEnrolled, keys, notices }: AccountBoardProps) {
  const t = useTranslations("account");
  const router = useRouter();
  const [hasFactor, setHasFactor] = useState(isEnrolled);
  return (
    <>
      <Card labelId="sessions" title={t("sessions")}>
        <SessionList labelId="sessions" sessions={sessions} onEnded={() => router.refresh()} />
      </Card>
      {notices.known ? (
        <Card labelId="notices" title={t("notices")}>
          <NoticesForm notices={notices} />
        </Card>
      ) : null}
      {hasFactor === null ? (
        <Card labelId="factor" title={t("factor")}>
          <p className="p-4 text-muted">{t("noRecord")}</p>
        </Card>
      ) : (
        <FactorCard isEnrolled={hasFactor} onEnrolled={() => setHasFactor(true)} />
      )}
      {keys === null ? null : <KeysCard email={email} keys={keys} />}
      {hasFactor === null ? null : (
        <Card labelId="password" title={t("password")}>
          <PasswordForm email={email} />
        </Card>
      )}
    </>
  );
}
