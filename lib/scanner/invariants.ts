import { judgeExport } from "./judge-export";
import { LINTS, type Lint } from "./lints";
import { type BlockOrder, type Invariant, REACHES } from "./types";

/** While a wall is down nothing is written that no person asked for. */
const AUTOMATIC: BlockOrder = { kind: "writer", target: "automatic" };
const nothing = () => null;

function fromLint({ name, ...lint }: Lint): Invariant {
  return {
    ...lint,
    id: `lint.${name}`,
    reads: ["lints"],
    find: ({ lints }) =>
      lints
        .filter((row) => row.name === name)
        .map(({ object, detail, remediation }) => ({ object, detail, evidence: [{ label: "remediation", value: remediation }] })),
    block: () => (lint.level === "error" ? AUTOMATIC : null),
    remediation: `select * from lint_${name}`,
  };
}

/** What only the audits read, and a scan in between says nothing of. */
const AUDITED: ReadonlySet<string> = new Set([
  "surface",
  "ownerless",
  ...LINTS.filter(({ kind }) => kind !== "realtime").map(({ name }) => `lint.${name}`),
]);

/** Who looks at what must hold, and could not: what it would have found is not known. */
const blind = (id: string, title: string, kind: "realtime" | "daily"): Invariant => ({
  ...{ id, title, kind, level: "error", severity: "high", reads: ["faults"], restores: false },
  find: ({ faults }) =>
    faults
      .filter(({ check }) => AUDITED.has(check) === (kind === "daily"))
      .map(({ check, detail }) => ({
        object: check,
        detail: `The scanner could not look at ${check}`,
        evidence: [{ label: "fault", value: detail }],
      })),
  block: nothing,
  remediation: "Read the fault in the worker's log under its trace; the next scan that can look clears this",
});

const OWN: readonly Invariant[] = [
  blind("scanner.blind", "What is watched all the time can be looked at", "realtime"),
  blind("scanner.blind_audit", "What the audits look at can be looked at", "daily"),
  {
    id: "tenant.rows_without_tenant",
    title: "Every row says whose it is",
    ...{ level: "error", severity: "high", kind: "daily", reads: ["ownerless"], restores: false },
    find: ({ ownerless }) =>
      ownerless
        .filter(({ rows }) => rows > 0)
        .map(({ table, rows }) => ({ object: table, detail: `${rows} rows of ${table} belong to nobody`, evidence: [] })),
    block: () => AUTOMATIC,
    remediation: "Find out from the audit whose they are, give them their tenant, and let the column take no null again",
  },
  {
    id: "gateway.unaudited_rows",
    title: "Every governed row has the audit entry of the transaction that wrote it",
    ...{ level: "error", severity: "critical", kind: "realtime", reads: ["unaudited"], restores: false, lasts: true },
    find: ({ unaudited }) =>
      unaudited
        .filter(({ rows }) => rows > 0)
        .map(({ table, rows, sample, highest }) => ({
          object: table,
          detail: `${rows} rows of ${table} were written past the gateway: no audit entry knows their transaction`,
          evidence: [
            { label: "row at", value: `${table} ${sample ?? ""}` },
            { label: REACHES, value: highest ?? "0" },
          ],
        })),
    block: () => AUTOMATIC,
    remediation: "Find who connects as the owner or a superuser; compare the rows with a backup; write what is right through the gateway",
  },
  {
    id: "route.without_access",
    title: "No route is active that nobody was given the right to",
    ...{ level: "error", severity: "critical", kind: "daily", reads: ["surface", "access"], restores: false },
    find: ({ surface, access }) =>
      surface.routes
        .filter((route) => !access.routes[route])
        .map((route) => ({
          object: route,
          detail: `${route} is in the build and nobody said who may call it`,
          evidence: [],
        })),
    block: ({ object }) => ({ kind: "route", target: object }),
    remediation: "Take the route out of the build, or describe it (describeRoute) and give it a row in test/access",
  },
  {
    id: "action.without_access",
    title: "No function of a page is active that nobody was given the right to",
    ...{ level: "error", severity: "critical", kind: "daily", reads: ["surface", "access"], restores: false },
    find: ({ surface, access }) =>
      surface.actions
        .filter(({ name }) => !access.actions[name])
        .map(({ name, id }) => ({
          object: name,
          detail: `${name} is in the build and nobody said who may call it`,
          evidence: [],
          block: { kind: "route", target: `ACTION ${id}` },
        })),
    block: nothing,
    remediation: "Take it out of the build, or give it a row in test/access/server-actions",
  },
  {
    id: "export.unregistered",
    title: "Every export is known with the function that renders it",
    ...{ level: "error", severity: "high", kind: "daily", reads: ["exportRoutes"], restores: false },
    find: ({ exportRoutes: { built, known } }) =>
      built
        .filter((route) => !known.includes(route))
        .map((route) => ({ object: route, detail: `${route} answers with a file, and nobody said how it renders`, evidence: [] })),
    block: ({ object }) => ({ kind: "export", target: `* ${object}` }),
    remediation: "Register it in lib/scanner/adapters/exporters.ts and lib/platform/web/blocks/exports.ts",
  },
  {
    id: "export.unsafe",
    title: "Exports pass Safe Render",
    ...{ level: "error", severity: "high", kind: "daily", reads: ["exports"], restores: false },
    find: ({ exports }) =>
      exports.flatMap((rendered) => {
        const live = judgeExport(rendered);
        if (live === null) return [];
        const evidence = [{ label: "rendered", value: live.slice(0, 120) }];
        return [
          { object: rendered.route, detail: `${rendered.route} (${rendered.format}) lets through what acts where it is opened`, evidence },
        ];
      }),
    block: ({ object }) => ({ kind: "export", target: `* ${object}` }),
    remediation: "Write each cell by csvLine() or safeCell()",
  },
  {
    id: "signal.tenant_missing",
    title: "Every signal says whose it is",
    ...{ level: "error", severity: "medium", kind: "realtime", reads: ["signals"], restores: false },
    find: ({ signals }) =>
      signals
        .filter(({ code }) => code === "ERR_TENANT_MISSING")
        .map(({ moduleKey, count, traceId }) => ({
          ...{ object: moduleKey, moduleKey, detail: `${moduleKey} sends signals that do not say whose they are (${count} lately)` },
          evidence: [{ label: "signals", value: String(count), ...(traceId === null ? {} : { trace_id: traceId }) }],
        })),
    // Refused line by line where they come in; what else the module sends must go on being heard.
    block: nothing,
    remediation: "Let the module send tenant_id (NDJSON) or the attribute tenant.id (OTLP) with each signal",
  },
  {
    id: "signal.cross_tenant",
    title: "No module speaks for a tenant that it does not serve",
    ...{ level: "error", severity: "critical", kind: "realtime", reads: ["signals"], restores: false },
    find: ({ signals }) =>
      signals
        .filter(({ code }) => code === "ERR_CROSS_TENANT" || code === "ERR_TENANT_UNKNOWN")
        .map(({ moduleKey, code, count, traceId }) => ({
          ...{
            object: `${moduleKey} ${code}`,
            moduleKey,
            detail: `${moduleKey} spoke for tenants that it does not serve (${count} lately)`,
          },
          evidence: [{ label: code, value: String(count), ...(traceId === null ? {} : { trace_id: traceId }) }],
        })),
    block: nothing,
    remediation: "Look whose data the module has before it; revoke its entitlement or its secret (runbook cross-tenant-risk)",
  },
  {
    id: "module.invariant",
    title: "What modules promise about themselves holds",
    ...{ level: "warn", severity: "medium", kind: "realtime", reads: ["checks"], restores: false },
    find: ({ checks }) =>
      checks.map(({ moduleKey, id, detail }) => ({
        ...{ object: `${moduleKey} ${id}`, moduleKey, detail: `${moduleKey}: ${id} does not hold` },
        evidence: detail === "" ? [] : [{ label: id, value: detail.slice(0, 300) }],
      })),
    block: nothing,
    remediation: "Healing answers it by the module's own actions and repair jobs",
  },
];

/** Everything that the scanner looks at, in the order of its page. */
export const INVARIANTS: readonly Invariant[] = [...OWN, ...LINTS.map(fromLint)];
