import type { Command, Home, JournalData } from "../types.d.mts";

/** Works out what a command asks of the plugin's home. Pure. */
export function planChange(
  command: Command,
  state: { home: Home; journal: Readonly<JournalData> },
): { target: Home; restore: Home | null; mustFetch: boolean } | { refusal: string };
