import { INVARIANTS } from "./invariants";
import { covers } from "./run-windows";
import type { BlockOrder, Evidence, Found, Invariant, ScanKind, World, WorldPart } from "./types";

/** One violation as it is written down. */
export interface Judged {
  readonly invariant: string;
  readonly object: string;
  readonly level: Invariant["level"];
  readonly severity: Invariant["severity"];
  readonly moduleKey: string;
  readonly detail: string;
  readonly evidence: readonly Evidence[];
  readonly block: BlockOrder | null;
  /** The table whose walls the database can put up again. */
  readonly restores: string | null;
}

/** What a scan says, and of which invariants it says all there is: what it does not find of the others may still be there. */
export interface Verdict {
  readonly judged: readonly string[];
  readonly found: readonly Judged[];
}

const CENTER = "center";

function tableOf(object: string): string | null {
  return /^[a-z_][a-z0-9_]*/.exec(object)?.[0] ?? null;
}

function judgedOf(invariant: Invariant, found: Found): Judged {
  const { id, level, severity, restores } = invariant;
  const { object, detail, evidence, moduleKey = CENTER } = found;
  const block = found.block === undefined ? invariant.block(found) : found.block;
  return {
    ...{ invariant: id, level, severity, moduleKey, evidence, block },
    object: object.slice(0, 300),
    detail: detail.slice(0, 500),
    restores: restores ? tableOf(object) : null,
  };
}

/**
 * Holds the world against the invariants of a scan.
 *
 * @param world  the parts that could be read
 * @param most   so many violations are written down, the graver first; the others stay for the next scan
 */
export function judgeWorld(kind: ScanKind, world: Partial<World>, most: number): Verdict {
  const isKnown = (part: WorldPart) => world[part] !== undefined;
  const unread = new Set(world.faults?.map(({ check }) => check));
  const invariants = INVARIANTS.filter((one) => covers(kind, one.kind) && one.reads.every(isKnown) && !unread.has(one.id));
  const found = invariants.flatMap((one) => one.find(world as World).map((each) => judgedOf(one, each)));
  const once = new Map(found.map((one) => [`${one.invariant} ${one.object}`, one]));
  const graver = [...once.values()].sort((a, b) => Number(b.level === "error") - Number(a.level === "error"));
  const whole = invariants.filter((one) => !one.lasts || kind === "weekly");
  return { judged: whole.map(({ id }) => id), found: graver.slice(0, most) };
}
