import { AggregatorRegistry, Counter, collectDefaultMetrics, Histogram, type MetricObject, Registry } from "prom-client";
import { LIMITS } from "@/lib/platform/limits";
import { routeLabel } from "./route-label";

/** What this process counts. None of its labels names a tenant, a person or a thing: there are as many series as the product has words. */
interface Counted {
  readonly registry: Registry;
  readonly requests: Counter<"route" | "method" | "status">;
  readonly seconds: Histogram<"route">;
  readonly commands: Counter<"command" | "outcome">;
  readonly beats: Counter<"outcome">;
  readonly signals: Counter<"outcome">;
  /** Routes that have a label of their own. */
  readonly routes: Set<string>;
}

// Bundlers may load this file more than once in a process; all copies count together.
const COUNTED = Symbol.for("reliability-center.metrics");
const shared = globalThis as { [COUNTED]?: Counted };

function make(): Counted {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "center_" });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: "center_http_requests_total",
      help: "Requests answered by this process",
      labelNames: ["route", "method", "status"],
      registers,
    }),
    seconds: new Histogram({
      name: "center_http_request_duration_seconds",
      help: "How long requests took",
      labelNames: ["route"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    commands: new Counter({
      name: "center_gateway_commands_total",
      help: "Governed changes by this process: done, refused or failed",
      labelNames: ["command", "outcome"],
      registers,
    }),
    beats: new Counter({
      name: "center_beats_total",
      help: "Beats accepted, known before, or refused",
      labelNames: ["outcome"],
      registers,
    }),
    signals: new Counter({
      name: "center_module_signals_total",
      help: "Signals of modules accepted and refused",
      labelNames: ["outcome"],
      registers,
    }),
    routes: new Set(),
  };
}

function counted(): Counted {
  shared[COUNTED] ??= make();
  return shared[COUNTED];
}

/** Counts a request that was answered. */
export function countRequest(method: string, path: string, status: number, seconds: number): void {
  const { requests, seconds: durations, routes } = counted();
  const label = routeLabel(path, status);
  // Whoever is refused may have made the path up; only what was once answered well is a route of its own.
  const isKnown = routes.has(label) || (status < 300 && routes.size < LIMITS.metricRoutes);
  if (isKnown) routes.add(label);
  const route = isKnown ? label : "other";
  requests.inc({ route, method, status: String(status) });
  durations.observe({ route }, seconds);
}

/** Counts a governed change by how it ended. */
export function countCommand(command: string, outcome: "done" | "refused" | "failed"): void {
  counted().commands.inc({ command, outcome });
}

/** Counts a beat by what became of it. */
export function countBeat(outcome: "accepted" | "duplicate" | "refused"): void {
  counted().beats.inc({ outcome });
}

/** Counts signals of modules. */
export function countSignals(accepted: number, refused: number): void {
  counted().signals.inc({ outcome: "accepted" }, accepted);
  counted().signals.inc({ outcome: "refused" }, refused);
}

/** One thing that was counted, by all its labels, as another process can tell it on. */
interface CountedThing extends MetricObject {
  readonly values: readonly { readonly value: number | null; readonly labels: Readonly<Record<string, string | number>> }[];
}

/** What this process counted, each value under the name of the process. What was not measured yet is left out. */
export async function countedNow(process: string): Promise<readonly CountedThing[]> {
  const things = (await counted().registry.getMetricsAsJSON()) as unknown as CountedThing[];
  return things.map((thing) => ({
    ...thing,
    values: thing.values
      .filter(({ value }) => value !== null && Number.isFinite(value))
      .map((value) => ({ ...value, labels: { ...value.labels, process } })),
  }));
}

/** What this process and others counted, as Prometheus reads it. @param others  as they told it by `countedNow` */
export async function countedText(process: string, others: readonly (readonly unknown[])[]): Promise<string> {
  const all = [await countedNow(process), ...(others as readonly (readonly CountedThing[])[])];
  // Processes are told apart by their label, so that nothing is added up here.
  const things = all.map((each) => each.map((thing) => ({ ...thing, aggregator: "sum" })));
  return AggregatorRegistry.aggregate(things).metrics();
}
