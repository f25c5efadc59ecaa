import { type Events, type SloMetric, type Sums, WINDOWS, type WindowName, type WindowSums } from "./types";

export const NO_SUMS: Sums = {
  minutes: 0,
  requests: 0,
  errors: 0,
  timeouts: 0,
  retries: 0,
  dbErrors: 0,
  timed: 0,
  slow95: 0,
  slow99: 0,
  askedMinutes: 0,
  downMinutes: 0,
  queueMinutes: 0,
  fullMinutes: 0,
};
export const SUM_NAMES = Object.keys(NO_SUMS) as (keyof Sums)[];

/** Two spans of time, or two tenants, as one. */
export function addSums(one: Sums, other: Sums): Sums {
  return Object.fromEntries(SUM_NAMES.map((name) => [name, one[name] + other[name]])) as unknown as Sums;
}

const NAMES = Object.keys(WINDOWS) as WindowName[];
const eachWindow = (of: (name: WindowName) => Sums) =>
  Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Record<WindowName, Sums>;
export const NO_WINDOWS: WindowSums = eachWindow(() => NO_SUMS);

/** What several tenants did in each window, as one. */
export function addWindows(parts: readonly WindowSums[]): WindowSums {
  return eachWindow((name) => parts.reduce((all, windows) => addSums(all, windows[name]), NO_SUMS));
}

/** What may be told beside the requests it belongs to is measured against whichever is more, so that no share lies above one. */
const beside = (requests: number, bad: number): Events => ({ total: Math.max(requests, bad), bad });

const COUNTED: Readonly<Record<SloMetric, (sums: Sums) => Events>> = {
  availability: ({ askedMinutes, downMinutes }) => ({ total: askedMinutes, bad: downMinutes }),
  latency_p95: ({ timed, slow95 }) => ({ total: timed, bad: slow95 }),
  latency_p99: ({ timed, slow99 }) => ({ total: timed, bad: slow99 }),
  error_rate: ({ requests, errors }) => beside(requests, errors),
  queue_saturation: ({ queueMinutes, fullMinutes }) => ({ total: queueMinutes, bad: fullMinutes }),
  database_errors: ({ requests, dbErrors }) => beside(requests, dbErrors),
  retries: ({ requests, retries }) => beside(requests, retries),
  timeouts: ({ requests, timeouts }) => beside(requests, timeouts),
};

/** Events of a metric in sums over any span of time and any tenants; what was not reported is in neither count. */
export function eventsOf(metric: SloMetric, sums: Sums): Events {
  return COUNTED[metric](sums);
}
