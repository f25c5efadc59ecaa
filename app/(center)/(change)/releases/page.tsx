import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { ReleasesBoard } from "@/components/releases/releases-board";
import { listReleases, releasesQuery } from "@/lib/delivery/queries-releases";
import { showRepository } from "@/lib/delivery/tuf/queries-metadata";
import { systemClock } from "@/lib/platform/clock";

const RELEASES_SHOWN = 50;

type Props = { searchParams: Promise<{ cursor?: string | string[] }> };

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("releases") };
}

/** What is asked of the list; a cursor that is none begins at the first page again. */
function searchOf(cursor: string | string[] | undefined): Record<string, string> {
  const first = { limit: String(RELEASES_SHOWN) };
  if (typeof cursor !== "string") return first;
  const search = { ...first, cursor };
  return releasesQuery.safeParse(search).success ? search : first;
}

/** Which versions there are, who signed them, until when that holds, and where they run. */
export default async function ReleasesPage({ searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("releases");
  const now = systemClock.now();
  const search = searchOf((await searchParams).cursor);
  const [repository, releases] = await Promise.all([showRepository(now), listReleases(actor.tenants, releasesQuery.parse(search))]);
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ReleasesBoard
        renderedAt={now.toISOString()}
        releasesUrl={`/api/ops/releases?${new URLSearchParams(search)}`}
        isFirstPage={!("cursor" in search)}
        repository={repository}
        releases={releases}
      />
    </div>
  );
}
