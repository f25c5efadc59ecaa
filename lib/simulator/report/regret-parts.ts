import type { Played } from "@/lib/simulator/arms/play-alarm";
import { worthOf } from "@/lib/simulator/world/action-table";
import type { SiraAction } from "@/lib/sira/types";
import { SIRA_ACTIONS } from "@/lib/sira/types";

/** Decisions that looked alike when they had to be made: sums of worth of what was done, of the best, and of each action for all of them. */
export interface LookAlikes {
  own: number;
  best: number;
  n: number;
  readonly byAction: Partial<Record<SiraAction, number>>;
}

/** What a decision looked like: how it was found and how it began. */
function lookOf({ alarm, dilemma }: Played): string {
  return `${alarm.finding.ruleId} ${dilemma.request.incident.onset ?? ""}`.trim();
}

/** Sums decisions by what they looked like. An action that is impossible for one of them is replaced there by telling people. */
export function lookAlikesOf(played: readonly Played[]): Record<string, LookAlikes> {
  const groups: Record<string, LookAlikes> = {};
  for (const each of played) {
    const look = lookOf(each);
    const group = groups[look] ?? { own: 0, best: 0, n: 0, byAction: {} };
    groups[look] = group;
    group.own += each.worth;
    group.best += each.bestWorth;
    group.n += 1;
    for (const action of SIRA_ACTIONS) {
      const taken = each.dilemma.possible.includes(action) ? action : "notify";
      group.byAction[action] = (group.byAction[action] ?? 0) + worthOf(each.cause, taken, each.alarm.at);
    }
  }
  return groups;
}

/** Adds the same looks of several runs. */
export function addLookAlikes(all: readonly Readonly<Record<string, LookAlikes>>[]): Record<string, LookAlikes> {
  const sums: Record<string, LookAlikes> = {};
  for (const groups of all) {
    for (const [look, { own, best, n, byAction }] of Object.entries(groups)) {
      const sum = sums[look] ?? { own: 0, best: 0, n: 0, byAction: {} };
      sums[look] = sum;
      sum.own += own;
      sum.best += best;
      sum.n += n;
      for (const action of SIRA_ACTIONS) sum.byAction[action] = (sum.byAction[action] ?? 0) + (byAction[action] ?? 0);
    }
  }
  return sums;
}

/**
 * Splits a regret into what nobody could know and what was not learned.
 *
 * @returns as shares of the oracle's worth. `unknowable`: lost by whoever knows the hidden table and how often each look has
 *          which cause, but not the cause itself, and takes the best action for each look: a bound from below on what can be
 *          lost by what Center sees. `unlearned`: lost beyond that by the arm.
 */
export function regretParts(looks: Readonly<Record<string, LookAlikes>>) {
  const groups = Object.values(looks);
  const best = groups.reduce((sum, group) => sum + group.best, 0);
  const own = groups.reduce((sum, group) => sum + group.own, 0);
  const informed = groups.reduce((sum, { byAction }) => sum + Math.max(...Object.values(byAction)), 0);
  if (best <= 0) return null;
  return { unknowable: (best - informed) / best, unlearned: (informed - own) / best, looks: groups.length };
}
