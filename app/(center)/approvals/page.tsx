import { getTranslations } from "next-intl/server";
import { readInbox } from "@/app/(center)/approvals/inbox";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { ApprovalsBoard } from "@/components/approvals/approvals-board";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("approvals") };
}

/** Everything that waits for a person: plans, keys, who may approve, and switches that somebody wants off. */
export default async function ApprovalsPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("approvals");
  const now = systemClock.now();
  const powers = {
    email: actor.email,
    mayApprove: may(actor, "plan:approve"),
    mayVouch: may(actor, "key:vouch"),
    mayLoosen: may(actor, "switch:looser"),
    mayRefuse: may(actor, "switch:safer"),
  };
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ApprovalsBoard renderedAt={now.toISOString()} inbox={await readInbox(actor.tenants, now)} powers={powers} />
    </div>
  );
}
