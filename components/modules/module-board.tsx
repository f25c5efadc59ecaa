"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useLiveRead } from "../live/use-live-read";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import { RelativeTime } from "../ui/relative-time";
import { type HealList, HealSection } from "./healing/heal-section";
import { ModuleIncidentsBoard } from "./incidents/incidents-board";
import type { ModuleIncidentList } from "./incidents/items";
import type { ShownModule } from "./items";
import { ManifestCard } from "./manifest-card";
import { ModuleChip, usePresence } from "./module-chip";
import { ChecksCard, OrdersCard, TenantsCard } from "./module-tables";

const EVERY_MS = 10_000;

interface ModuleBoardProps {
  readonly renderedAt: string;
  readonly module: ShownModule;
  readonly incidents: ModuleIncidentList;
  readonly healing: HealList;
  readonly mayAct: boolean;
}

/** One module: how it is, what it declares, each tenant's view of it, and what it was ordered to do. */
export function ModuleBoard({ renderedAt, module, incidents, healing, mayAct }: ModuleBoardProps) {
  const { data, error, retry } = useLiveRead("module", `/api/ops/modules/${module.module_key}`, module, renderedAt, { everyMs: EVERY_MS });
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Verdict module={data} />
      <ModuleIncidentsBoard renderedAt={renderedAt} incidents={incidents} query={`module_key=${module.module_key}&limit=5`} page={null} />
      <ChecksCard checks={data.checks} />
      <HealSection query={`module_key=${module.module_key}`} initial={healing} renderedAt={renderedAt} mayAct={mayAct} />
      <TenantsCard tenants={data.tenants} />
      <OrdersCard orders={data.orders} tenants={data.tenants} />
      <ManifestCard manifest={data.manifest} />
    </div>
  );
}

function Verdict({ module }: { module: ShownModule }) {
  const t = useTranslations("modules");
  const presence = usePresence(module);
  const slos = useTranslations("slos");
  const { criticality, running_version: version, last_seen: lastSeen } = module;
  return (
    <Card
      labelId="verdict"
      title={t(`said.${presence}`)}
      aside={
        <Link href={`/slos?module=${module.module_key}`} prefetch={false} className="min-h-7 content-center text-sm text-accent underline">
          {slos("title")}
        </Link>
      }
    >
      <dl className="flex flex-wrap gap-x-8 gap-y-2 px-4 py-3 text-sm">
        <Fact name={t("state")} value={<ModuleChip module={module} />} />
        <Fact name={t("kind")} value={t(`criticality.${criticality}`)} />
        <Fact name={t("version")} value={<span className="font-mono">{version ?? "–"}</span>} />
        <Fact name={t("lastBeat")} value={lastSeen ? <RelativeTime at={lastSeen} /> : t("never")} />
      </dl>
    </Card>
  );
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
