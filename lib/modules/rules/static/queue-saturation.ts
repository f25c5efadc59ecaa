import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import { LIMITS } from "@/lib/platform/limits";
import { GOOD, type ModuleRule, type ModuleView, UNKNOWN } from "../types";
import { firstSeen, lastMinutes, percent } from "../windows";

/** Shares of the queue's capacity. */
const params = z.strictObject(stepsOf(1_000)).refine(areRising, RISING_MESSAGE);

interface Queue {
  readonly depth: number;
  readonly capacity: number;
  readonly since: Date;
}

const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** How full the queue is by the newest word: the beat's, else what was measured within two minutes. */
function queueOf({ beat, minutes, now, ...rest }: ModuleView): Queue | null {
  const isFresh = beat !== null && now.getTime() - beat.lastSeen.getTime() <= LIMITS.moduleSilentSeconds * 1_000;
  const [depth, capacity] = isFresh ? [number(beat.queue.depth), number(beat.queue.capacity)] : [null, null];
  if (beat && depth !== null && capacity) return { depth, capacity, since: beat.lastSeen };
  const measured = lastMinutes({ beat, minutes, now, ...rest }, 2).filter(
    (minute) => minute.queueDepthMax !== null && minute.queueCapacity,
  );
  const newest = measured.toSorted((a, b) => b.minuteAt.getTime() - a.minuteAt.getTime())[0];
  if (!newest) return null;
  return { depth: newest.queueDepthMax as number, capacity: newest.queueCapacity as number, since: newest.minuteAt };
}

/** More waits than can soon be done; what comes next is refused. */
export const queueSaturation: ModuleRule<typeof params> = {
  id: "queue_saturation",
  type: "queue_saturation",
  scope: "service",
  explain: "How much of a queue's capacity waits, by the newest word.",
  params,
  defaults: { low: 0.8, medium: 0.9, high: 1 },

  judge(view, params) {
    const queue = queueOf(view);
    if (!queue) return UNKNOWN;
    const share = queue.depth / queue.capacity;
    const severity = severityBySteps(share, params);
    if (!severity) return GOOD;
    const full = view.minutes.filter(
      ({ queueDepthMax, queueCapacity }) => (queueDepthMax ?? 0) >= params.low * (queueCapacity ?? Infinity),
    );
    return {
      is: "bad",
      type: "queue_saturation",
      severity,
      observedAt: firstSeen(full.slice(-2), queue.since),
      statistic: "queue_depth",
      value: queue.depth,
      usual: params.low * queue.capacity,
      explain: `${queue.depth} jobs wait in ${view.moduleKey}, of ${queue.capacity} places (${percent(share)}).`,
      evidence: [{ label: "queue_capacity", value: `${queue.capacity}` }],
    };
  },
};
