import type { Cell, Pooling, SiraModel } from "@/lib/sira/model";
import type { SiraAction, SiraRequest } from "@/lib/sira/types";

export type Level = keyof Pooling;
type Format = SiraModel["format"];

/** One kind of case that an action's outcome speaks of. */
export interface CellKey {
  readonly level: Level;
  readonly key: string;
}

/**
 * The kinds of case that one action on one incident belongs to, from the widest to this very tenant: what is learned at one
 * level is the starting point of the next. Key parts are joined by a character that none of them can contain.
 *
 * What helps depends on how trouble began more than on the figure it shows in, so format 2 pools by onset (by type where nobody
 * said how it began): a small fleet then learns from all its figures what helps against sudden trouble.
 */
export function cellKeys(action: SiraAction, incident: SiraRequest["incident"], format: Format): readonly CellKey[] {
  const kind = `${action}|${format === 2 ? (incident.onset ?? incident.type) : incident.type}`;
  const shape = `${kind}|${(incident.signature ?? "").replaceAll("|", "/")}`;
  return [
    { level: "action", key: action },
    { level: format === 2 ? "onset" : "type", key: kind },
    { level: "signature", key: shape },
    { level: "tenant", key: `${shape}|${incident.tenant_id}` },
  ];
}

/** Variance of a kind of case of which nothing was seen. */
export function fullVariance(pooling: Pooling, level: Level): number {
  return (pooling[level] ?? pooling.type) ** 2;
}

/** What a model knows of a kind of case; one that was never seen is as unsure as its level allows. */
export function cellOf(model: Pick<SiraModel, "cells" | "pooling">, { level, key }: CellKey): Cell {
  const known = Object.hasOwn(model.cells, key) ? model.cells[key] : undefined;
  return known ?? { mean: 0, variance: fullVariance(model.pooling, level), seen: 0, mended: 0, at: 0, changes: 0 };
}
