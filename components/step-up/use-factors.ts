"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "../live/fetch-json";
import type { FactorsItem } from "./items";

/** What reads of the reader's factors are kept under; a change of them makes it doubtful. */
export const FACTORS_READ = "step-up";

const options = {
  queryKey: [FACTORS_READ],
  queryFn: ({ signal }: { signal: AbortSignal }) => fetchJson<FactorsItem>("/api/ops/step-up", { signal }),
};

/** The reader's factors as the server rendered them, and as they are once something here changed them. */
export function useFactors(initial: FactorsItem): FactorsItem {
  return useQuery({ ...options, initialData: initial, staleTime: Number.POSITIVE_INFINITY }).data;
}

/** The reader's factors, read when they are needed. */
export function useFactorsNow(isNeeded: boolean): { readonly data: FactorsItem | undefined; readonly isError: boolean } {
  return useQuery({ ...options, enabled: isNeeded, staleTime: 0 });
}
