import { LIMITS } from "@/lib/platform/limits";
import { pressureOf } from "./shed";

/** Weight of the newest sample. A sample counts for no more than twice what is bearable, so one pause, however long, is no overload; several are. */
const NEWEST = 0.4;

/** How hard pressed this process is, from how late its own timer comes and how full its queues are. */
export class PressureGauge {
  private lagMs = 0;
  private lastMs: number | null = null;
  private readonly queues = new Set<() => number>();

  /** Puts a queue under watch. @param share how full it is, 0..1 @returns ends the watch */
  watch(share: () => number): () => void {
    this.queues.add(share);
    return () => this.queues.delete(share);
  }

  /** Takes the timer's word that it came now instead of `everyMs` after the last time. */
  tick(nowMs: number, everyMs: number): void {
    if (this.lastMs !== null) {
      const late = Math.min(Math.max(0, nowMs - this.lastMs - everyMs), 2 * LIMITS.pressureLagMs);
      this.lagMs = (1 - NEWEST) * this.lagMs + NEWEST * late;
    }
    this.lastMs = nowMs;
  }

  pressure(): number {
    let queueShare = 0;
    for (const share of this.queues) queueShare = Math.max(queueShare, share());
    return pressureOf({ lagMs: this.lagMs, queueShare }, LIMITS.pressureLagMs);
  }
}

function started(): PressureGauge {
  const made = new PressureGauge();
  setInterval(() => made.tick(performance.now(), LIMITS.pressureSampleMs), LIMITS.pressureSampleMs).unref();
  return made;
}

// Bundlers may load this file more than once in a process; there is one event loop.
const GAUGE = Symbol.for("reliability-center.pressure");
const shared = globalThis as { [GAUGE]?: PressureGauge };
shared[GAUGE] ??= started();

/** The gauge of this process. */
export const pressureGauge: PressureGauge = shared[GAUGE];
