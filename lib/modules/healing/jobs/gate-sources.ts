import { proofGate } from "@/lib/modules/proving/proof-gate";
import { readLastProof } from "@/lib/modules/proving/queries-proofs";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { budgetGate } from "@/lib/modules/slo/budget-gate";
import { readBurn } from "@/lib/modules/slo/queries-burn";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { GateWord } from "@/lib/policy/permit/module-permit";
import { asksOthers } from "../decide-heal";
import type { DecisionInput } from "../decision-types";

/** Where something is about to be done. */
interface Scope {
  readonly tenantId: string;
  readonly moduleKey: string;
}

const budgets = new Map<string, { readonly at: number; readonly word: GateWord }>();

/** The word of the error budget, read again only when it may have become another one: what waits for people asks at every look. */
async function readBudget(tx: ReaderTx, scope: Scope, now: Date): Promise<GateWord> {
  const oldest = now.getTime() - LIMITS.healBudgetSeconds * 1_000;
  for (const [key, { at }] of budgets) if (at < oldest || at > now.getTime()) budgets.delete(key);
  const key = `${scope.tenantId} ${scope.moduleKey}`;
  const word = budgets.get(key)?.word ?? budgetGate(await readBurn(tx, scope, now));
  if (!budgets.has(key)) budgets.set(key, { at: now.getTime(), word });
  return word;
}

/** Who else has a say in whether Center acts by itself; a room that brings a gate adds its member here, and one line to DecisionInput. */
export type GateWords = Pick<DecisionInput, "errorBudget" | "proofOfHeal">;

/**
 * What the others say now; whoever cannot be asked leaves less power, not more. They speak of repairs alone (level 2), so nobody is asked where
 * nothing, or only what is no repair, would be tried next: the budget is a sum over weeks of minutes.
 *
 * @param asked  all that the decision rests on but these words
 */
export async function readGateWords(tx: ReaderTx, scope: Scope, asked: DecisionInput, now: Date): Promise<GateWords> {
  if (!asksOthers(asked)) return {};
  // What proves that healing works cannot wait for that proof.
  const proofOfHeal = scope.moduleKey === PROVING_MODULE ? "ok" : proofGate(await readLastProof(tx), now);
  return { errorBudget: await readBudget(tx, scope, now), proofOfHeal };
}
