import { proofGate } from "@/lib/modules/proving/proof-gate";
import { readLastProof } from "@/lib/modules/proving/queries-proofs";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { type BurnBefore, instantBefore } from "@/lib/modules/slo/budget-gate";
import { readBurn } from "@/lib/modules/slo/queries-burn";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { asksOthers } from "../decide-heal";
import type { DecisionInput } from "../decision-types";

/** What something is about to be done about. */
interface Subject {
  readonly tenantId: string;
  readonly moduleKey: string;
  /** When its fault could first be seen, in the present bout. */
  readonly boutAt: Date;
}

const budgets = new Map<string, { readonly at: number; readonly before: BurnBefore }>();

/** The error budget before an incident, read again only now and then: minutes that are told late may still make it another one. */
async function readBudgetBefore(tx: ReaderTx, subject: Subject, now: Date): Promise<BurnBefore> {
  const oldest = now.getTime() - LIMITS.healBudgetSeconds * 1_000;
  for (const [key, { at }] of budgets) if (at < oldest || at > now.getTime()) budgets.delete(key);
  const instant = instantBefore(subject.boutAt);
  const key = `${subject.tenantId} ${subject.moduleKey} ${instant.getTime()}`;
  const before = budgets.get(key)?.before ?? { ...(await readBurn(tx, subject, instant)), at: instant.toISOString() };
  if (!budgets.has(key)) budgets.set(key, { at: now.getTime(), before });
  return before;
}

/** Who else has a say in whether Center acts by itself; a room that brings a gate adds its member here, and one line to DecisionInput. */
export type GateWords = Pick<DecisionInput, "budgetBefore" | "proofOfHeal">;

/**
 * What the others say now; whoever cannot be asked leaves less power, not more. They speak of repairs alone (level 2), so nobody is asked where
 * nothing, or only what is no repair, would be tried next: the budget is a sum over hours of minutes.
 *
 * @param asked  all that the decision rests on but these words
 */
export async function readGateWords(tx: ReaderTx, subject: Subject, asked: DecisionInput, now: Date): Promise<GateWords> {
  if (!asksOthers(asked)) return {};
  // What proves that healing works cannot wait for that proof.
  const proofOfHeal = subject.moduleKey === PROVING_MODULE ? "ok" : proofGate(await readLastProof(tx), now);
  return { budgetBefore: await readBudgetBefore(tx, subject, now), proofOfHeal };
}
