import type { Verdict, VerifyContext } from "../types.d.mts";

export const MODULE_COMMAND_TYPE: string;
export function verifyModuleCommand(envelope: unknown, context: VerifyContext): Verdict;
