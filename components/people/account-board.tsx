"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ApproverKeyItem } from "../approvals/items";
import { KeysCard } from "../approvals/keys-card";
import { LooksCard } from "../shell/looks/looks-card";
import { FactorCard } from "../step-up/factor-card";
import type { FactorsItem } from "../step-up/items";
import { PasskeysCard } from "../step-up/passkeys-card";
import { useFactors } from "../step-up/use-factors";
import { Card } from "../ui/card";
import type { NoticesItem, SessionItem } from "./items";
import { NoticesForm } from "./notices-form";
import { PasswordForm } from "./password-form";
import { SessionList } from "./session-list";
import { SupportCard, type SupportItem } from "./support/support-card";

interface AccountBoardProps {
  readonly email: string;
  readonly sessions: readonly SessionItem[];
  readonly factors: FactorsItem;
  /** The reader's signing keys; null for somebody who approves nothing. */
  readonly keys: readonly ApproverKeyItem[] | null;
  readonly notices: NoticesItem;
  readonly support: readonly SupportItem[];
}

/** What somebody looks after themselves: their sessions, their second factor, their password, how they are told. */
export function AccountBoard({ email, sessions, factors: initial, keys, notices, support }: AccountBoardProps) {
  const t = useTranslations("account");
  const router = useRouter();
  const factors = useFactors(initial);
  return (
    <>
      <Card labelId="sessions" title={t("sessions")}>
        <SessionList labelId="sessions" sessions={sessions} onEnded={() => router.refresh()} />
      </Card>
      <SupportCard items={support} />
      <LooksCard />
      {notices.known ? (
        <Card labelId="notices" title={t("notices")}>
          <NoticesForm notices={notices} />
        </Card>
      ) : null}
      {factors.known ? (
        <>
          <PasskeysCard factors={factors} />
          <FactorCard factors={factors} isAtHome />
        </>
      ) : (
        <Card labelId="factor" title={t("factor")}>
          <p className="p-4 text-muted">{t("noRecord")}</p>
        </Card>
      )}
      {keys === null ? null : <KeysCard email={email} keys={keys} />}
      {factors.known ? (
        <Card labelId="password" title={t("password")}>
          <PasswordForm email={email} />
        </Card>
      ) : null}
    </>
  );
}
