import { getTranslations } from "next-intl/server";
import { signedIn } from "@/app/(center)/signed-in";
import { AccountBoard } from "@/components/people/account-board";
import { listOwnSessions } from "@/lib/access/sessions/queries-sessions";
import { showFactor } from "@/lib/access/step-up/queries-factor";
import { systemClock } from "@/lib/platform/clock";

export async function generateMetadata() {
  return { title: (await getTranslations("account"))("title") };
}

/** What everybody looks after themselves: where they are signed in, their second factor and their password. */
export default async function AccountPage() {
  const actor = await signedIn();
  const t = await getTranslations("account");
  const [sessions, factor] = await Promise.all([listOwnSessions(actor, systemClock.now()), showFactor(actor)]);
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <p className="break-all text-muted">{actor.email}</p>
      <AccountBoard email={actor.email ?? ""} sessions={sessions.items} isEnrolled={factor.known ? factor.enrolled : null} />
    </div>
  );
}
