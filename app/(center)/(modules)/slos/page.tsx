import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { SlosBoard } from "@/components/modules/slos/slos-board";
import { listModules } from "@/lib/modules/registry/queries-modules";
import { listSlos } from "@/lib/modules/slo/queries-slos";
import { slosQuery } from "@/lib/modules/slo/slo-query";
import { systemClock } from "@/lib/platform/clock";

interface Props {
  readonly searchParams: Promise<{ module?: string | string[]; state?: string | string[] }>;
}

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("slos") };
}

/** What the address asks for; a filter that is none is left out, as if it had not been said. */
function askedFor({ module, state }: Awaited<Props["searchParams"]>) {
  const { shape } = slosQuery;
  const [key, kind] = [shape.module.safeParse(module || undefined), shape.state.safeParse(state || undefined)];
  return { ...(key.data ? { module: key.data } : {}), ...(kind.data ? { state: kind.data } : {}) };
}

/** What is promised of the modules and how it is kept, the worst first. */
export default async function SlosPage({ searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("slos");
  const now = systemClock.now();
  const asked = askedFor(await searchParams);
  const query = new URLSearchParams(asked).toString();
  const { items } = await listModules(actor.tenants, now);
  const modules = items.map(({ module_key: key, title }) => ({ key, title })).toSorted((a, b) => a.title.localeCompare(b.title));
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <SlosBoard
        renderedAt={now.toISOString()}
        url={query ? `/api/ops/slos?${query}` : "/api/ops/slos"}
        slos={await listSlos(actor.tenants, asked, now)}
        filters={{ module: asked.module ?? "", state: asked.state ?? "" }}
        modules={modules}
      />
    </div>
  );
}
