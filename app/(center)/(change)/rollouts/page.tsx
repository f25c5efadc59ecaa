import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { RolloutsBoard } from "@/components/rollouts/rollouts-board";
import { Card } from "@/components/ui/card";
import { StateView } from "@/components/ui/state-view";
import { may } from "@/lib/access/roles";
import { listReleases } from "@/lib/delivery/queries-releases";
import { systemClock } from "@/lib/platform/clock";
import { listRollouts, rolloutsQuery } from "@/lib/rollout/waves/queries-rollouts";
import { startDigest } from "@/lib/rollout/waves/rollout-digests";

const RELEASES = 100;

type Props = { searchParams: Promise<{ cursor?: string | string[] }> };

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("rollouts") };
}

/** Releases on their way to everybody, and the way to send one. */
export default async function RolloutsPage({ searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("rollouts");
  const { cursor } = await searchParams;
  // A cursor that is none begins at the first page again.
  const asked = rolloutsQuery.safeParse(typeof cursor === "string" ? { cursor } : {});
  const query = asked.success ? asked.data : rolloutsQuery.parse({});
  const isEverywhere = actor.tenants.kind === "all";
  const [rollouts, releases] = await Promise.all([
    listRollouts(actor.tenants, query),
    listReleases(actor.tenants, { limit: RELEASES, status: "published" }),
  ]);
  const suffix = query.cursor && typeof cursor === "string" ? `?cursor=${encodeURIComponent(cursor)}` : "";
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      {isEverywhere ? (
        <RolloutsBoard
          renderedAt={systemClock.now().toISOString()}
          url={`/api/ops/rollouts${suffix}`}
          initial={rollouts}
          releases={releases.items.map(({ id, plugin_key, version }) => ({ id, plugin_key, version, start_digest: startDigest(id) }))}
          powers={{ mayStart: may(actor, "plan:approve"), mayStop: may(actor, "switch:safer") }}
          firstHref={suffix ? "/rollouts" : null}
        />
      ) : (
        <Card>
          <StateView kind="forbidden" title={t("platformOnly")} text={t("platformOnlyText")} />
        </Card>
      )}
    </div>
  );
}
