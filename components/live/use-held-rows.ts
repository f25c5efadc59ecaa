"use client";

import { useState } from "react";
import { holdRows } from "./hold-rows";

interface Identified {
  readonly id: string;
}

export interface HeldRows<Row> {
  readonly rows: readonly Row[];
  /** Rows that wait until the reader lets go. */
  readonly waiting: number;
  release(): void;
  /** Spread on the element that holds the rows. */
  readonly grip: {
    onPointerEnter(event: { pointerType: string }): void;
    onPointerLeave(): void;
    onFocus(): void;
    onBlur(event: { currentTarget: Element; relatedTarget: EventTarget | null }): void;
  };
}

/** Rows that never move under the cursor: while somebody points at the list or works in it, its order stands still. */
export function useHeldRows<Row extends Identified>(fresh: readonly Row[]): HeldRows<Row> {
  const [heldIds, setHeldIds] = useState<readonly string[] | null>(null);
  const hold = () => setHeldIds((ids) => ids ?? fresh.map(({ id }) => id));
  const release = () => setHeldIds(null);
  const shown = holdRows(fresh, heldIds);
  return {
    ...shown,
    release,
    grip: {
      // A finger that scrolls past is no cursor that rests.
      onPointerEnter: (event) => {
        if (event.pointerType === "mouse") hold();
      },
      onPointerLeave: release,
      onFocus: hold,
      onBlur: (event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) release();
      },
    },
  };
}
