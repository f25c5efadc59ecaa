import { counterRise } from "@/lib/detection/counter-rise";
import type { ErrorsWithin } from "@/lib/detection/types";
import type { BeatSample } from "@/lib/telemetry/types";

/** Marks this far apart are fine enough: the bound only grows by what came between two. */
const MARK_MS = 300_000;
/** The longest span that errors_jump can be set to. */
const LONGEST_MS = 3_600_000;

interface Brought {
  readonly newest: BeatSample;
  /** Errors since the first mark. */
  readonly sum: number;
  readonly marks: readonly { readonly at: number; readonly sum: number }[];
}

const NOBODY_KNOWS: ErrorsWithin = () => null;

/**
 * Counts what the counters of plugins bring, beat by beat, so that one that counts errors and says nothing of its day costs no look at its window
 * with every beat. Of beats that reach another process nothing is missed within a boot, since the counter goes on meanwhile.
 */
export class ErrorsBrought {
  readonly #plugins = new Map<string, Brought>();
  readonly #most: number;

  /** @param most  plugins to remember; of more, those heard of longest ago are forgotten */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a plugin's newest beat. @returns what may have come before it; unknown for a span that began before the first beat seen here */
  add(pluginId: string, beat: BeatSample): ErrorsWithin {
    const before = this.#plugins.get(pluginId) ?? null;
    this.#plugins.delete(pluginId);
    const rise = counterRise(before?.newest ?? null, beat, "errors_total");
    if (rise === null) return NOBODY_KNOWS;
    const at = beat.receivedAt.getTime();
    const sum = before === null ? 0 : before.sum + rise;
    const marks = before?.marks ?? [];
    const isDue = at - (marks.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= MARK_MS;
    const oldest = Math.max(
      0,
      marks.findLastIndex((mark) => mark.at <= at - LONGEST_MS),
    );
    const kept = isDue ? [...marks.slice(oldest), { at, sum }] : marks;
    this.#plugins.set(pluginId, { newest: beat, sum, marks: kept });
    const [first] = this.#plugins.keys();
    if (this.#plugins.size > this.#most && first !== undefined) this.#plugins.delete(first);
    return (spanSeconds) => {
      const mark = kept.findLast((each) => each.at <= at - spanSeconds * 1_000);
      return mark ? sum - mark.sum : null;
    };
  }
}
