import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { RolloutBoard } from "@/components/rollouts/detail/rollout-board";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { readRollout } from "@/lib/rollout/waves/queries-rollouts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("rollouts") };
}

/** One rollout: where it is, what each wave proved and what stays unproven, who has it, and what can be done. */
export default async function RolloutPage({ params }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const { id } = await params;
  const now = systemClock.now();
  // An id that is none answers as one that nobody has.
  const rollout = z.uuid().safeParse(id).success ? await readRollout(actor.tenants, id.toLowerCase(), now) : null;
  if (!rollout) notFound();
  const t = await getTranslations("rollouts");
  return (
    <div className="grid gap-3">
      <Link
        href="/rollouts"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <h1 className="text-xl font-semibold">
        <span className="font-mono">{rollout.plugin_key}</span> {rollout.version}
      </h1>
      <RolloutBoard
        renderedAt={now.toISOString()}
        url={`/api/ops/rollouts/${rollout.id}`}
        initial={rollout}
        powers={{ mayStart: may(actor, "plan:approve"), mayStop: may(actor, "switch:safer") }}
      />
    </div>
  );
}
