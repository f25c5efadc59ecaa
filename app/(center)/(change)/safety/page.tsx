import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { OutsideWatch } from "@/components/overview/outside-watch";
import { AutonomyCard } from "@/components/safety/autonomy/autonomy-card";
import { ProofCard } from "@/components/safety/proof-card";
import { SafetyBoard } from "@/components/safety/safety-board";
import { listRunningVersions } from "@/lib/access/plugins/queries-versions";
import { listPlugins, listTenants } from "@/lib/access/queries";
import { may } from "@/lib/access/roles";
import { showFactor } from "@/lib/access/step-up/queries-factor";
import type { TenantScope } from "@/lib/access/types";
import { readProofOfHeal } from "@/lib/modules/proving/queries-proofs";
import { systemClock } from "@/lib/platform/clock";
import { listAutonomy } from "@/lib/policy/autonomy/queries-autonomy";
import { listEmergencies } from "@/lib/policy/emergency/queries-emergency";
import { showSwitches } from "@/lib/policy/queries";
import { readDeadMan } from "@/lib/survival/queries-signs";

/** So many merchants and plugins stand in a choice at once; the others are found by name. */
const PLACES = 100;
const URLS = { safety: "/api/ops/switches", emergencies: "/api/ops/emergency-rollback", autonomy: "/api/ops/policy/autonomy" };

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("safety") };
}

/** Merchants and plugins that a narrower switch can be about. */
async function placesIn(scope: TenantScope) {
  const [tenants, plugins, versions] = await Promise.all([
    listTenants(scope, { limit: PLACES }),
    listPlugins(scope, { limit: PLACES, status: ["active"] }),
    listRunningVersions(scope),
  ]);
  return {
    merchants: tenants.items.map(({ id, name }) => ({ id, name })),
    plugins: plugins.items.map(({ id, tenant_name, plugin_key }) => ({ id, merchant: tenant_name, key: plugin_key })),
    versions,
    hasMore: tenants.next_cursor !== null || plugins.next_cursor !== null,
  };
}

/** What may happen by itself right now, what holds it back, and the ways to stop and to undo. */
export default async function SafetyPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("safety");
  const now = systemClock.now();
  const [safety, emergencies, autonomy, places, factors, watch, proof] = await Promise.all([
    showSwitches(actor.tenants, now),
    listEmergencies(actor.tenants),
    listAutonomy(actor.tenants, now),
    placesIn(actor.tenants),
    showFactor(actor),
    readDeadMan(),
    readProofOfHeal(now),
  ]);
  const mayThrow = may(actor, "switch:safer");
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <SafetyBoard
        renderedAt={now.toISOString()}
        urls={URLS}
        safety={safety}
        emergencies={emergencies}
        places={places}
        powers={{
          email: actor.email,
          mayThrow,
          mayThrowAll: mayThrow && actor.tenants.kind === "all",
          mayAgree: may(actor, "switch:looser"),
        }}
        factors={factors}
      />
      <AutonomyCard
        renderedAt={now.toISOString()}
        url={URLS.autonomy}
        initial={autonomy}
        places={places}
        powers={{ email: actor.email, mayRequire: mayThrow, mayPromote: may(actor, "plan:approve") }}
      />
      <ProofCard gate={proof.gate} provenAt={proof.last_proven_at} newest={proof.newest} />
      <OutsideWatch isWatched={watch.is_watched} toldAt={watch.told_at} />
    </div>
  );
}
