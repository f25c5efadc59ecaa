import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { ModuleBoard } from "@/components/modules/module-board";
import { may } from "@/lib/access/roles";
import { listActions } from "@/lib/modules/healing/queries-actions";
import { listModuleIncidents } from "@/lib/modules/incidents/queries-incidents";
import { showModule } from "@/lib/modules/registry/queries-modules";
import { systemClock } from "@/lib/platform/clock";

type Props = { params: Promise<{ key: string }> };

export async function generateMetadata({ params }: Props) {
  return { title: `${(await getTranslations("nav"))("modules")}: ${(await params).key}` };
}

/** One module: how it is, each tenant's view of it, what it was ordered to do, and what it declares. */
export default async function ModulePage({ params }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const now = systemClock.now();
  const module = await showModule(actor.tenants, (await params).key, now);
  if (!module) notFound();
  const healing = await listActions(actor.tenants, { module_key: module.module_key });
  const incidents = await listModuleIncidents(actor.tenants, { module_key: module.module_key, limit: 5 });
  const mayAct = actor.tenants.kind === "all" && may(actor, "incident:write");
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{module.title}</h1>
      <ModuleBoard renderedAt={now.toISOString()} module={module} incidents={incidents} healing={healing} mayAct={mayAct} />
    </div>
  );
}
