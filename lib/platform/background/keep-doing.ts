import { systemClock } from "../clock";
import { reportFault } from "../faults/report-fault";
import { noteRound } from "../observed/metrics/loop-ends";
import { inSpan } from "../observed/tracing/in-span";
import { newTrace, withTrace } from "../trace";

export interface Loop {
  /** Ends the loop; resolves when a round that is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Does something again and again, one round after the other, each under a trace of its own. A round that fails is logged and
 * the next one comes round as usual: crash recovery is what these rounds are for.
 *
 * @param everyMs  pause between the end of a round and the next
 */
export function keepDoing(name: string, everyMs: number, round: () => Promise<unknown>): Loop {
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  const run = async () => {
    try {
      await withTrace(newTrace(), () => inSpan(`loop ${name}`, {}, async () => round()));
      noteRound(name, systemClock.now());
    } catch (error) {
      reportFault(`A round of ${name} failed`, error);
    }
    if (!isStopping) timer = setTimeout(start, everyMs);
  };
  const start = () => {
    current = run();
  };
  start();
  return {
    stop: () => {
      isStopping = true;
      clearTimeout(timer);
      return current;
    },
  };
}
