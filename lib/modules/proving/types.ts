/** The module that is there to be broken. It serves nobody, is in no figure of the fleet, and nobody is woken for it. */
export const PROVING_MODULE = "heal-proof";

export const PROOF_OUTCOMES = ["running", "proven", "failed"] as const;

/** How long each step took, in milliseconds; null where it did not come. */
export interface ProofSteps {
  readonly detectMs: number | null;
  readonly decideMs: number | null;
  readonly applyMs: number | null;
  readonly healMs: number | null;
  readonly containMs: number | null;
  readonly rollBackMs: number | null;
}

/** What is known of the proofs so far. */
export interface LastProof {
  /** When healing was last shown to work from end to end; null when it never was. */
  readonly provenAt: Date | null;
  /** When the first proof began; null when none ever did. */
  readonly firstBeganAt: Date | null;
}
