"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useTimeText } from "../live/live-provider";
import { useLiveRead } from "../live/use-live-read";
import { FiguresTable } from "../sira/figures-table";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import { RelativeTime } from "../ui/relative-time";
import { StateView } from "../ui/state-view";
import type { ListedModule, ModuleList } from "./items";
import { ModuleChip } from "./module-chip";
import { modulesVerdict, presenceOf } from "./presence-of";

/** Beats change a module's state without a notice of its own. */
const EVERY_MS = 10_000;

interface ModulesBoardProps {
  readonly renderedAt: string;
  readonly modules: ModuleList;
}

/** The platform's modules, the worst first, rendered by the server and then kept current. */
export function ModulesBoard({ renderedAt, modules }: ModulesBoardProps) {
  const { data, error, retry } = useLiveRead("modules", "/api/ops/modules", modules, renderedAt, { everyMs: EVERY_MS });
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Verdict modules={data.items} />
      <ModulesCard modules={data.items} />
    </div>
  );
}

function Verdict({ modules }: { modules: readonly ListedModule[] }) {
  const t = useTranslations("modules.verdict");
  const text = useTimeText((nowMs) => {
    const { kind, count } = modulesVerdict(modules.map((module) => presenceOf(module, nowMs)));
    return t(kind, { count });
  });
  return <p className="font-medium">{text}</p>;
}

function ModulesCard({ modules }: { modules: readonly ListedModule[] }) {
  const t = useTranslations("modules");
  const incidents = useTranslations("moduleIncidents");
  const heads = [t("module"), t("state"), t("failing"), t("kind"), t("version"), t("lastBeat"), t("entitled"), t("impaired")];
  return (
    <Card
      labelId="modules"
      title={t("title")}
      aside={
        <Link href="/module-incidents" prefetch={false} className="min-h-7 content-center text-sm text-accent underline">
          {incidents("all")}
        </Link>
      }
    >
      {modules.length === 0 ? (
        <StateView kind="empty" title={t("none")} text={t("noneText")} />
      ) : (
        <FiguresTable
          isStacked
          isWords
          caption={t("title")}
          heads={heads}
          rows={modules.map((module) => ({ key: module.id, cells: cellsOf(module, t) }))}
        />
      )}
    </Card>
  );
}

type Translate = ReturnType<typeof useTranslations<"modules">>;

function cellsOf(module: ListedModule, t: Translate) {
  const {
    module_key: key,
    title,
    failing,
    criticality,
    running_version: version,
    last_seen: lastSeen,
    entitled,
    tenants,
    impaired,
  } = module;
  return [
    <Link key="name" data-row="" prefetch={false} href={`/modules/${key}`} className="font-medium text-accent underline">
      {title}
    </Link>,
    <ModuleChip key="state" module={module} />,
    failing.length === 0 ? t("nothingFails") : failing.map(({ id, detail }) => detail || id).join(" · "),
    t(`criticality.${criticality}`),
    <span key="version" className="font-mono">
      {version ?? "–"}
    </span>,
    lastSeen ? <RelativeTime key="seen" at={lastSeen} /> : t("never"),
    criticality === "core" ? t("everybody") : t("entitledOf", { entitled, tenants }),
    impaired,
  ];
}
