import type { Verdict, VerifyContext } from "../types.d.mts";

/** Decides whether a signed command may be obeyed here and now; pure. */
export function verifyCommand(envelope: unknown, context: VerifyContext): Verdict;
