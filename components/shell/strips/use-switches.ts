"use client";

import type { SwitchesItem } from "../../live/items";
import { useLiveRead } from "../../live/use-live-read";

/** The safety switches as the server rendered them, and where they are read anew. */
export interface SwitchesRead {
  readonly url: string;
  readonly initial: SwitchesItem;
  readonly renderedAt: string;
}

/** One read for the strips and the shield. */
export function useSwitches({ url, initial, renderedAt }: SwitchesRead) {
  return useLiveRead("switches", url, initial, renderedAt);
}
