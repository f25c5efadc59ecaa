import type { Cell, Pooling, SiraModel } from "@/lib/sira/model";
import type { SiraAction, SiraRequest } from "@/lib/sira/types";

export type Level = keyof Pooling;

/** One kind of case that an action's outcome speaks of. */
export interface CellKey {
  readonly level: Level;
  readonly key: string;
}

/**
 * The kinds of case that one action on one incident belongs to, from the widest to this very tenant: what is learned at one
 * level is the starting point of the next. Key parts are joined by a character that none of them can contain.
 */
export function cellKeys(action: SiraAction, incident: SiraRequest["incident"]): readonly CellKey[] {
  const kind = `${action}|${incident.type}`;
  const shape = `${kind}|${(incident.signature ?? "").replaceAll("|", "/")}`;
  return [
    { level: "action", key: action },
    { level: "type", key: kind },
    { level: "signature", key: shape },
    { level: "tenant", key: `${shape}|${incident.tenant_id}` },
  ];
}

/** What a model knows of a kind of case; one that was never seen is as unsure as its level allows. */
export function cellOf(model: Pick<SiraModel, "cells" | "pooling">, { level, key }: CellKey): Cell {
  const known = Object.hasOwn(model.cells, key) ? model.cells[key] : undefined;
  return known ?? { mean: 0, variance: model.pooling[level] ** 2, seen: 0, mended: 0, at: 0, changes: 0 };
}
