import type { ReaderTx } from "@/lib/platform/scope";
import { findBurns } from "./find-burns";
import { readMeasured, readSums } from "./queries-sums";

/**
 * Error budgets that are being spent too fast, and of whom nothing can be said.
 * @param reader  bound to all tenants
 */
export async function findSloFindings(reader: ReaderTx, at: Date): Promise<ReturnType<typeof findBurns>> {
  const services = await readMeasured(reader);
  return findBurns(services, await readSums(reader, { at, services, isByTenant: true }), at);
}
