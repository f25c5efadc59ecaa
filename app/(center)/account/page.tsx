import { getTranslations } from "next-intl/server";
import { signedIn } from "@/app/(center)/signed-in";
import { AccountBoard } from "@/components/people/account-board";
import { showApproverKeys } from "@/lib/access/people/keys/queries-keys";
import { may } from "@/lib/access/roles";
import { listOwnSessions } from "@/lib/access/sessions/queries-sessions";
import { listOwnSupport } from "@/lib/access/sessions/support/queries-support";
import { showFactor } from "@/lib/access/step-up/queries-factor";
import { showOwnNotices } from "@/lib/notify/choices/queries-notices";
import { systemClock } from "@/lib/platform/clock";

export async function generateMetadata() {
  return { title: (await getTranslations("account"))("title") };
}

/** What everybody looks after themselves: where they are signed in, their second factor and their password. */
export default async function AccountPage() {
  const actor = await signedIn();
  const t = await getTranslations("account");
  const now = systemClock.now();
  const [sessions, factors, { items }, notices, support] = await Promise.all([
    listOwnSessions(actor, now),
    showFactor(actor),
    showApproverKeys(now),
    showOwnNotices(actor),
    listOwnSupport(actor, now),
  ]);
  const mine = items.filter(({ approver }) => approver === actor.email?.toLowerCase());
  const keys = may(actor, "plan:approve") && factors.known ? mine : null;
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <p className="break-all text-muted">{actor.email}</p>
      <AccountBoard
        email={actor.email ?? ""}
        sessions={sessions.items}
        factors={factors}
        keys={keys}
        notices={notices}
        support={support.items}
      />
    </div>
  );
}
