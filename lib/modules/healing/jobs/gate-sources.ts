import { proofGate } from "@/lib/modules/proving/proof-gate";
import { readLastProof } from "@/lib/modules/proving/queries-proofs";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { budgetGate } from "@/lib/modules/slo/budget-gate";
import { readBurn } from "@/lib/modules/slo/queries-burn";
import type { ReaderTx } from "@/lib/platform/scope";
import type { GateWord } from "@/lib/policy/permit/module-permit";

/** Where something is about to be done. */
interface Scope {
  readonly tenantId: string;
  readonly moduleKey: string;
}

/** Who else has a say in whether Center acts by itself; a room that brings a gate adds its member here, and one line to DecisionInput. */
export interface GateWords {
  readonly errorBudget: GateWord;
  readonly proofOfHeal: GateWord;
}

/** What the others say now; whoever cannot be asked leaves less power, not more. */
export async function readGateWords(tx: ReaderTx, scope: Scope, now: Date): Promise<GateWords> {
  // What proves that healing works cannot wait for that proof.
  const proofOfHeal = scope.moduleKey === PROVING_MODULE ? "ok" : proofGate(await readLastProof(tx), now);
  return { errorBudget: budgetGate(await readBurn(tx, scope, now)), proofOfHeal };
}
