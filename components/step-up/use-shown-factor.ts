"use client";

import { useState } from "react";
import type { FactorsItem, ShownFactor } from "./items";
import { hasPasskeys } from "./passkey-prompt";
import { useFactorsNow } from "./use-factors";

/** What somebody can choose between, and what they chose. */
export interface FactorChoice {
  /** Null while it is not known which factors there are. */
  readonly offered: readonly ShownFactor["by"][] | null;
  readonly by: ShownFactor["by"];
  readonly code: string;
  /** What would be shown now; null while it is not there yet. */
  readonly shown: ShownFactor | null;
  choose(by: ShownFactor["by"]): void;
  type(code: string): void;
}

/** A passkey first, where there is one that can be used here and now. */
function offeredBy({ enrolled, passkeys }: FactorsItem): ShownFactor["by"][] {
  const hasOne = passkeys.impossible === null && passkeys.items.some(({ suspended_at }) => suspended_at === null) && hasPasskeys();
  return [...(hasOne ? (["passkey"] as const) : []), ...(enrolled ? (["code"] as const) : [])];
}

/** The reader's choice of a second factor; which they have is read when it is needed. */
export function useShownFactor(isNeeded: boolean): FactorChoice {
  const { data, isError } = useFactorsNow(isNeeded);
  const [chosen, choose] = useState<ShownFactor["by"] | null>(null);
  const [code, type] = useState("");
  // Where it cannot be read, a code may still be right: the server judges.
  const offered: FactorChoice["offered"] = data ? offeredBy(data) : isError ? ["code"] : null;
  const by = chosen ?? offered?.[0] ?? "code";
  const isTyped = /^\d{6}$/.test(code.replace(/\s/g, ""));
  const shown: ShownFactor | null = !offered?.includes(by) ? null : by === "passkey" ? { by } : isTyped ? { by, code } : null;
  return { offered, by, code, shown, choose, type };
}
