import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { SiraBoard } from "@/components/sira/sira-board";
import { may } from "@/lib/access/roles";
import { systemClock } from "@/lib/platform/clock";
import { showPolicy } from "@/lib/policy/queries";
import { showSira } from "@/lib/sira/learning/queries-overview";
import { decisionsQuery, listDecisions } from "@/lib/sira/replay/queries-decisions";

const DECISIONS_SHOWN = 20;

type Props = { searchParams: Promise<{ cursor?: string | string[] }> };

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("sira") };
}

/** What is asked of the list; a cursor that is none begins at the first page again. */
function searchOf(cursor: string | string[] | undefined): Record<string, string> {
  const first = { limit: String(DECISIONS_SHOWN) };
  if (typeof cursor !== "string") return first;
  const search = { ...first, cursor };
  return decisionsQuery.safeParse(search).success ? search : first;
}

/** SIRA as it learns: the model in force and its rivals, whether confidences come true, what it brings, and what would have been. */
export default async function SiraPage({ searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("siraPage");
  const now = systemClock.now();
  const search = searchOf((await searchParams).cursor);
  const query = decisionsQuery.parse(search);
  const [sira, decisions, policy] = await Promise.all([
    showSira(actor.tenants, now),
    listDecisions(actor.tenants, query, now),
    showPolicy(actor.tenants),
  ]);
  const isEverywhere = actor.tenants.kind === "all";
  const powers = {
    mayPromote: isEverywhere && may(actor, "policy:write"),
    mayRollBack: isEverywhere && may(actor, "switch:safer"),
    seesModels: isEverywhere,
  };
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <SiraBoard
        renderedAt={now.toISOString()}
        urls={{
          sira: "/api/ops/sira",
          decisions: `/api/ops/sira/decisions?${new URLSearchParams(search)}`,
        }}
        sira={sira}
        decisions={decisions}
        policy={policy}
        powers={powers}
      />
    </div>
  );
}
