import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { PostmortemsBoard } from "@/components/incidents/postmortem/postmortems-board";
import { listPostmortems, postmortemsQuery } from "@/lib/incidents/postmortems/queries-postmortems";
import { systemClock } from "@/lib/platform/clock";

type Props = { searchParams: Promise<{ cursor?: string | string[] }> };

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("postmortems") };
}

/** What was learned from incidents, newest first. */
export default async function PostmortemsPage({ searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("postmortems");
  const { cursor } = await searchParams;
  // A cursor that is none begins at the first page again.
  const asked = postmortemsQuery.safeParse(typeof cursor === "string" ? { cursor } : {});
  const query = asked.success ? asked.data : postmortemsQuery.parse({});
  const suffix = query.cursor && typeof cursor === "string" ? `?cursor=${encodeURIComponent(cursor)}` : "";
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <PostmortemsBoard
        renderedAt={systemClock.now().toISOString()}
        url={`/api/ops/postmortems${suffix}`}
        initial={await listPostmortems(actor.tenants, query)}
        firstHref={suffix ? "/postmortems" : null}
      />
    </div>
  );
}
