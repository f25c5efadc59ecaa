import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { findSloFindings } from "../queries-findings";

type Found = Awaited<ReturnType<typeof findSloFindings>>;
let last: { readonly at: Date; readonly found: Found } | null = null;

/** What burns, looked at anew once in a while: scans come every few seconds, and windows are minutes long at least. */
export async function rememberSloFindings(reader: ReaderTx, at: Date): Promise<Found> {
  const age = last === null ? Number.POSITIVE_INFINITY : at.getTime() - last.at.getTime();
  if (last === null || age < 0 || age >= LIMITS.sloFindSeconds * 1_000) last = { at, found: await findSloFindings(reader, at) };
  return last.found;
}
