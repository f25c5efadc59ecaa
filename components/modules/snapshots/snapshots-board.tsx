"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { useLiveRead } from "../../live/use-live-read";
import { ReadProblem } from "../../ui/read-problem";
import type { ReleaseList, SnapshotItem, SnapshotList, TenantNames } from "./items";
import { ReleaseSets } from "./release-sets";
import { RestoreDialog } from "./restore-dialog";
import { DrillsCard, RestoresCard, SnapshotsCard } from "./snapshot-tables";
import { snapshotsVerdict } from "./snapshots-verdict";

/** Snapshots are taken and rehearsed in the background. */
const EVERY_MS = 10_000;

interface SnapshotsBoardProps {
  readonly renderedAt: string;
  readonly snapshots: SnapshotList;
  readonly releases: ReleaseList;
  readonly tenants: TenantNames;
  /** Whether this person may restore and go back; the server asks again. */
  readonly mayAct: boolean;
}

/** What was saved of whom, whether it could be put back, and which versions to go back to: rendered by the server, then kept current. */
export function SnapshotsBoard({ renderedAt, snapshots, releases, tenants, mayAct }: SnapshotsBoardProps) {
  const t = useTranslations("snapshots");
  const saved = useLiveRead("snapshots", "/api/ops/snapshots", snapshots, renderedAt, { everyMs: EVERY_MS });
  const sets = useLiveRead("snapshots", "/api/ops/module-releases", releases, renderedAt, { everyMs: EVERY_MS });
  const [chosen, setChosen] = useState<SnapshotItem | null>(null);
  const { kind, count } = snapshotsVerdict(saved.data);
  return (
    <div className="grid gap-4">
      <ReadProblem error={saved.error ?? sets.error} onRetry={saved.error ? saved.retry : sets.retry} />
      <p className="font-medium">{t(`verdict.${kind}`, { count })}</p>
      <SnapshotsCard items={saved.data.items} tenants={tenants} onRestore={mayAct ? setChosen : null} />
      <RestoresCard items={saved.data.restores} tenants={tenants} />
      <DrillsCard items={saved.data.drills} tenants={tenants} />
      <ReleaseSets releases={sets.data} mayAct={mayAct} onDone={sets.retry} />
      {chosen ? (
        <RestoreDialog snapshot={chosen} tenant={tenants[chosen.tenant_id] ?? chosen.tenant_id} onClose={() => setChosen(null)} />
      ) : null}
    </div>
  );
}
