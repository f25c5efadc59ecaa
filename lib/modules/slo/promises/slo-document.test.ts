import { expect, test } from "vitest";
import { SURFACES, type Surface } from "@/lib/modules/signals/types";
import { CRITICALITIES } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { GATE_BURN } from "../budget-gate";
import { eventsNeeded, WINDOW_PAIRS } from "../judge-burn";
import { BUDGET_WINDOW, SLO_METRICS, type SloMetric, WINDOWS } from "../types";
import { measuredLimit } from "./definitions";
import { DEFAULTS, OVERRIDES, type Promised } from "./objective-defaults";

const SURFACE_TITLES: Readonly<Record<Surface, string>> = {
  admin: "Admin Console",
  tenant: "Tenant App",
  job: "Jobs",
  integration: "Integrations",
};
const METRICS: Readonly<Record<SloMetric, readonly [title: string, event: string, bad: string]>> = {
  availability: [
    "Availability",
    "a tenant's minute in which somebody asked",
    `at least ${LIMITS.sloDownErrors} requests and at least ${LIMITS.sloDownShare * 100} % of them failed in it`,
  ],
  latency_p95: ["Latency p95", "a request of which it is known how long it took", "it took longer than the limit of p95"],
  latency_p99: ["Latency p99", "a request of which it is known how long it took", "it took longer than the limit of p99"],
  error_rate: ["Error rate", "a request", "it failed by the module's own doing"],
  queue_saturation: [
    "Queue saturation",
    "a minute in which depth and capacity of a queue are known",
    `the queue was fuller than ${LIMITS.sloQueueShare * 100} %`,
  ],
  database_errors: ["Database errors", "a request", "a database error was told of"],
  retries: ["Retries", "a request", "a retry was told of"],
  timeouts: ["Timeouts", "a request", "a timeout was told of"],
};

const percent = (share: number) => `${Number((share * 100).toFixed(3))} %`;
const duration = (ms: number) => (ms >= 10_000 ? `${ms / 1_000} s` : `${ms} ms`);
function promised({ target, wantedMs }: Promised): string {
  if (wantedMs === undefined) return percent(target);
  return `${percent(target)} ≤ ${duration(wantedMs)} (${Math.round(measuredLimit(wantedMs).limitMs)} ms)`;
}
const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const defaultsOf = (surface: Surface) =>
  table(
    ["metric", ...CRITICALITIES],
    SLO_METRICS.map((metric) => [METRICS[metric][0], ...CRITICALITIES.map((kind) => promised(DEFAULTS[surface][metric][kind]))]),
  );
const overrides = Object.entries(OVERRIDES).flatMap(([module, surfaces]) =>
  SURFACES.flatMap((surface) =>
    SLO_METRICS.flatMap((metric) => {
      const own = surfaces[surface]?.[metric];
      return own ? [[`\`${module}\``, SURFACE_TITLES[surface], METRICS[metric][0], promised(own)]] : [];
    }),
  ),
);

const DOCUMENT = `# What is promised, and how it is measured

Made of \`lib/modules/slo\` (\`npx vitest run lib/modules/slo/promises/slo-document -u\`). Every registered module has these objectives on each surface where it was heard within 30 days;
\`GET /api/ops/slos\` and \`/slos\` show how they are kept. An objective is named \`<module>.<surface>.<metric>\`.

## Metrics

${table(
  ["metric", "name", "counts", "bad when"],
  SLO_METRICS.map((metric) => [METRICS[metric][0], `\`${metric}\``, METRICS[metric][1], METRICS[metric][2]]),
)}

- Everything is counted from \`module_minutes\`, what modules' signals add up to by minute, tenant and surface (\`POST /api/modules/signals\`, \`/api/otlp\`). Longer spans are
  read from steps of 5 minutes, hours and days (\`module_rollups\`), which are recomputed from the minutes: what comes up to ${LIMITS.sloLateSeconds / 60} minutes late is counted
  with the next step, what comes later (up to a day) when its hour is settled, a day after it.
- A minute of which nobody reported is unknown. It counts neither as good nor as bad.
- Database errors, retries and timeouts are told beside requests; where there are more of them than requests, they are their own measure, so that no share lies above 100 %.
- Latencies are kept in buckets, each 1.2 times as wide as the one before. The limit that is really measured is the lower edge of the bucket that holds the wanted one (in
  parentheses below): a request in that bucket counts as slow. A promise is so up to 17 % stricter than its words, and never laxer. Histograms that come by OTLP are put into
  these buckets at the middle of their own, and are as coarse as their sender made them. A changed limit counts from then on; steps that were rolled up keep the old one.

## Objectives, unless a module has its own

How much hangs on a module (\`criticality\`) is said when it is registered.

${SURFACES.map((surface) => `### ${SURFACE_TITLES[surface]} (\`${surface}\`)\n\n${defaultsOf(surface)}`).join("\n\n")}

### Modules of their own

${table(["module", "surface", "metric", "objective"], overrides)}

## Budgets and burn

A budget is what may be bad within 30 days: 1 − objective of all events. A burn of 1 spends it in just that time. A budget is being spent too fast when the burn lies above the
factor in both windows of a pair: the long one says that it matters, the short one that it still goes on.

${table(
  ["burn", "short", "long", "spends", "severity"],
  WINDOW_PAIRS.map(({ factor, short, long, isPage, severity }) => [
    `> ${factor}`,
    short,
    long,
    `${Number(((100 * factor * WINDOWS[long]) / WINDOWS[BUDGET_WINDOW]).toFixed(2))} % of the budget in ${long}`,
    `${severity}, ${isPage ? "wakes somebody" : "waits for working hours"}`,
  ]),
)}

- **Low traffic.** A long window says something only from so many events on that a single bad one cannot reach the factor, and at least ${LIMITS.sloFewestEvents}: at 99.9 % that is
  ${WINDOW_PAIRS.map(({ factor, long }) => `${eventsNeeded(factor, 0.999)} in ${long}`).join(", ")}. A short one needs ${LIMITS.sloShortEvents}. Below, the objective is *unknown*, never green.
- **Not heard.** A module of which nothing was reported for an hour is unknown, however good it was before.
- **Whose.** All tenants are added up, and each is judged for itself. If all burn together it is told once, for the platform; if one alone makes them burn, it is that tenant's.
- **Autonomy.** While a scope (a tenant and module, or a module for all) burns more than ${GATE_BURN} times too fast in 5m + 1h or in 30m + 6h, governed fixes (level 2 and above) are only
  suggested there; safe recovery (level 1) stays allowed: it is the cure. Nobody heard, or too little known while something bad was counted: suggested only.

## Service level agreements

Center keeps no contract. What is agreed with a merchant should be laxer than the objective of the surface they use, so that a breach is seen and mended before it is one: the Tenant App's
availability and error rate of core modules are the figures to agree on, read for that tenant (\`GET /api/ops/slos?tenant_id=\`), over 30 days.
`;

test("docs/SLO_SLA_METRICS.md is what the definitions say", async () => {
  await expect(DOCUMENT).toMatchFileSnapshot("../../../../docs/SLO_SLA_METRICS.md");
});

test("the document names every surface, metric and pair of windows", () => {
  for (const surface of SURFACES) expect(DOCUMENT).toContain(`### ${SURFACE_TITLES[surface]} (\`${surface}\`)`);
  for (const asked of ["Latency p95", "Latency p99", "Error rate", "Queue saturation", "Database errors", "Retries", "Timeouts"]) {
    // Once among the metrics, and once for each surface.
    expect([asked, DOCUMENT.split(`| ${asked} |`).length - 1]).toEqual([
      asked,
      1 + SURFACES.length + overrides.filter(([, , name]) => name === asked).length,
    ]);
  }
});
