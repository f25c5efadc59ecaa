import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { cache } from "react";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { PostmortemBoard } from "@/components/incidents/postmortem/postmortem-board";
import { may } from "@/lib/access/roles";
import type { TenantScope } from "@/lib/access/types";
import { FIGURE_DEFINITIONS } from "@/lib/incidents/postmortems/figures";
import { readPostmortem } from "@/lib/incidents/postmortems/queries-postmortems";
import { systemClock } from "@/lib/platform/clock";

type Props = { params: Promise<{ id: string }> };

/** An id that is none answers as one that nobody has. */
const postmortemIn = cache(async (scope: TenantScope, id: string) =>
  z.uuid().safeParse(id).success ? readPostmortem(scope, id.toLowerCase()) : null,
);

export async function generateMetadata({ params }: Props) {
  const actor = await signedInWith("incident:read");
  const postmortem = actor ? await postmortemIn(actor.tenants, (await params).id) : null;
  return { title: postmortem?.title ?? (await getTranslations("nav"))("postmortems") };
}

/** One postmortem: what people wrote, what was computed, and who stands behind it. Made for A4, too. */
export default async function PostmortemPage({ params }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("postmortems");
  const postmortem = (await postmortemIn(actor.tenants, (await params).id)) ?? notFound();
  return (
    <div className="grid gap-3">
      <Link
        href="/postmortems"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <PostmortemBoard
        renderedAt={systemClock.now().toISOString()}
        url={`/api/ops/postmortems/${postmortem.id}`}
        initial={postmortem}
        definitions={FIGURE_DEFINITIONS}
        powers={{ mayWrite: may(actor, "incident:write"), id: actor.id }}
      />
    </div>
  );
}
