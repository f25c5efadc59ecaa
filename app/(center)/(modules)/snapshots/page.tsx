import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { SnapshotsBoard } from "@/components/modules/snapshots/snapshots-board";
import { listTenants } from "@/lib/access/queries";
import { may } from "@/lib/access/roles";
import { listReleases } from "@/lib/modules/releases/queries-releases";
import { listDrillItems, listRestores, listSnapshots } from "@/lib/modules/snapshots/queries-listing";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("snapshots") };
}

/** What was saved of each tenant, whether it could be put back, and which versions can be gone back to. */
export default async function SnapshotsPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("snapshots");
  const limit = LIMITS.pageSize;
  const scope = actor.tenants;
  const { items } = await listTenants(scope, { limit });
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <SnapshotsBoard
        renderedAt={systemClock.now().toISOString()}
        snapshots={{
          items: await listSnapshots(scope, { limit }),
          restores: await listRestores(scope, limit),
          drills: await listDrillItems(scope, limit),
        }}
        releases={await listReleases(limit)}
        tenants={Object.fromEntries(items.map(({ id, name }) => [id, name]))}
        mayAct={may(actor, "incident:write") && scope.kind === "all"}
      />
    </div>
  );
}
