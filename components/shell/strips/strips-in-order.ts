/** What may hold everywhere, gravest first; impersonation stands above them all. */
export type StripName = "kill_switch" | "safe_mode" | "narrower" | "offline";

interface Held {
  readonly killSwitch: boolean;
  readonly safeMode: boolean;
  /** Switches that are on for a part only. */
  readonly narrower: number;
  /** False once nothing was heard for so long that nothing on the page is vouched for. */
  readonly isTrusted: boolean;
}

/** The strips to show, from top to bottom. SAFE_MODE says nothing more where the kill switch is on; what was known last stays known. */
export function stripsInOrder({ killSwitch, safeMode, narrower, isTrusted }: Held): readonly StripName[] {
  const strips: readonly (StripName | false)[] = [
    killSwitch && "kill_switch",
    safeMode && !killSwitch && "safe_mode",
    narrower > 0 && "narrower",
    !isTrusted && "offline",
  ];
  return strips.filter((strip) => strip !== false);
}
