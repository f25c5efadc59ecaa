import path from "node:path";
import type postgres from "postgres";
import { systemClock } from "@/lib/platform/clock";
import { EXPORTERS } from "@/lib/scanner/adapters/exporters";
import { INVARIANTS } from "@/lib/scanner/invariants";
import { OWN_SUBJECT, type ScanSubject, scanContracts } from "@/lib/scanner/jobs/scan-contracts";
import { SCAN_KINDS, type ScanKind } from "@/lib/scanner/types";
import { copyBuild, PLANTED_EXPORTER, plantInBuild, plantOwnerless, plantPastGateway, type Wanted } from "./plant-product";
import { DATABASE_PLANTS } from "./plants";

export interface Violation {
  readonly invariant: string;
  readonly object: string;
}

/** What came of planting before one kind of scan, and looking once. */
export interface Stage {
  readonly kind: ScanKind;
  readonly planted: number;
  readonly missed: readonly Wanted[];
}

const kindOf = new Map(INVARIANTS.map(({ id, kind }) => [id, kind]));
const PLANTS = DATABASE_PLANTS.filter(({ isPlanted }) => isPlanted);
/** What the same statements break beside what they are there for; an export that nobody knows is a route that nobody knows, too. */
const EXPECTED = new Set(["route.without_access", ...PLANTS.flatMap(({ also = [] }) => also)]);

const isOf = (one: Wanted, { invariant, object }: Violation) => one.invariant === invariant && one.object.test(object);

/** Plants, before each kind of scan, what that kind is there to find, and scans once: the more frequent scans first. */
export async function plantInStages(
  sql: postgres.Sql,
  plantSignals: () => Promise<readonly Wanted[]>,
): Promise<{ readonly stages: readonly Stage[]; readonly strange: readonly Violation[] }> {
  const build = path.join(process.env.SCRATCH_DIR ?? "", "build");
  copyBuild(OWN_SUBJECT.buildFolder, build);
  const planted: ScanSubject = { ...OWN_SUBJECT, buildFolder: build, exporters: [...EXPORTERS, PLANTED_EXPORTER] };
  const beside: Readonly<Record<ScanKind, () => Promise<readonly Wanted[]>>> = {
    realtime: async () => [...(await plantSignals()), ...(await plantPastGateway(sql))],
    daily: async () => [
      ...(await plantOwnerless(sql)),
      ...plantInBuild(build),
      { invariant: "export.unsafe", object: /^\/api\/ops\/planted-cells$/ },
    ],
    weekly: async () => [],
  };
  const [stages, wanted]: [Stage[], Wanted[]] = [[], []];
  for (const kind of SCAN_KINDS) {
    const own = PLANTS.filter(({ invariant }) => kindOf.get(invariant) === kind);
    // What goes through the gateway comes first: with a wall down the gateway itself may stand still.
    const here: Wanted[] = [...(await beside[kind]()), ...own];
    for (const plant of own) await sql.begin((tx) => tx.unsafe(plant.sql));
    await scanContracts(kind, "check", systemClock, { subject: kind === "realtime" ? OWN_SUBJECT : planted });
    const all = await sql<Violation[]>`select invariant, object from scan_violations`;
    stages.push({ kind, planted: here.length, missed: here.filter((one) => !all.some((violation) => isOf(one, violation))) });
    wanted.push(...here);
  }
  const all = await sql<Violation[]>`select invariant, object from scan_violations order by 1, 2`;
  const strange = all.filter((violation) => !wanted.some((one) => isOf(one, violation)) && !EXPECTED.has(violation.invariant));
  return { stages, strange };
}

/**
 * Of what the database can put up again by itself, on tables that migrations made: how much was down, and how much stands, seen by one
 * more scan.
 */
export async function countRestored(sql: postgres.Sql): Promise<{ readonly restorable: number; readonly restored: number }> {
  await scanContracts("weekly", "check", systemClock);
  const invariants = INVARIANTS.filter(({ restores }) => restores).map(({ id }) => id);
  const rows = await sql<{ status: string }[]>`
    select v.status from scan_violations v where v.invariant = any(${invariants})
      and exists (select 1 from catalog_baseline b where b.kind = 'table' and b.object = substring(v.object from '^[a-z_][a-z0-9_]*'))`;
  return { restorable: rows.length, restored: rows.filter(({ status }) => status === "cleared").length };
}
