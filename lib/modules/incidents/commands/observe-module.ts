import { and, eq, gt, or, sql } from "drizzle-orm";
import { z } from "zod";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import type { CommandContext, DomainEvent, TimelineLine } from "@/lib/gateway/types";
import { reopen, resolve } from "@/lib/incidents/lifecycle";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { moduleKey } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { type GroupAction, groupModuleFindings, rulesAfter } from "../group-findings";
import { MODULE_SCAN } from "../module-scan";
import { type Spoken, spokenSchema } from "../types";
import type { ModuleIncidentRow } from "./module-incident-row";

const RULES = {
  clearSeconds: LIMITS.moduleClearSeconds,
  recurrenceSeconds: LIMITS.recurrenceSeconds,
  seenAgainSeconds: LIMITS.moduleSeenAgainSeconds,
};
const MOST_RULES = 32;

const observation = z.strictObject({
  /** Of the scan that says it: one that was taken over meanwhile changes nothing. */
  fence: z.number().int(),
  tenantId: z.uuid(),
  moduleKey,
  findings: z.array(spokenSchema).max(200),
  evidence: z.record(z.uuid(), z.enum(["good", "unknown"])),
  /** Which incidents are told by which other one, as far as that changed. */
  stories: z.record(z.uuid(), z.uuid().nullable()),
});
type Observation = z.output<typeof observation>;

/** One incident before and after, and how it is told. */
interface Step {
  readonly id: string;
  readonly set: Partial<ModuleIncidentRow>;
  readonly event: string | null;
  readonly line: Omit<TimelineLine, "incidentId"> | null;
}

async function lockRows(tx: WriterTx, { tenantId, moduleKey }: Observation, now: Date): Promise<ModuleIncidentRow[]> {
  const since = new Date(now.getTime() - LIMITS.recurrenceSeconds * 1_000);
  const isLive = sql`${moduleIncidents.status} not in ('resolved', 'closed')`;
  const isRecent = and(eq(moduleIncidents.status, "resolved"), gt(moduleIncidents.resolvedAt, since));
  return tx
    .select()
    .from(moduleIncidents)
    .where(and(eq(moduleIncidents.tenantId, tenantId), eq(moduleIncidents.moduleKey, moduleKey), or(isLive, isRecent)))
    .orderBy(moduleIncidents.id)
    .for("update");
}

/** What a finding says of an incident, as columns. */
function wordsOf(findings: readonly Spoken[], known: readonly string[], now: Date) {
  const [first] = findings as [Spoken];
  const { ruleId, explain, statistic, value, usual } = first;
  const evidence = findings.flatMap((finding) => finding.evidence).slice(0, 32);
  return {
    ...{ ruleId, explain, statistic, value, usual, evidence },
    ...{ rules: rulesAfter(known, findings, MOST_RULES), lastSeenAt: now, clearedAt: null },
  };
}

function firstOf(action: { readonly findings: readonly Spoken[] }): Spoken {
  return action.findings[0] ?? refuse("conflict", "A finding vanished");
}

function opened(action: Extract<GroupAction, { do: "open" }>, input: Observation, { now, newId }: CommandContext): Step {
  const first = firstOf(action);
  const set = {
    ...wordsOf(action.findings, [], now),
    ...{ tenantId: input.tenantId, id: newId(), moduleKey: input.moduleKey, cause: action.cause, type: first.type },
    ...{ severity: action.severity, status: "open" as const, openedAt: first.observedAt, detectedAt: now },
  };
  return {
    id: set.id,
    set,
    event: "module-incident.opened",
    line: { kind: "opened", summary: first.explain, data: { severity: action.severity } },
  };
}

function seen(row: ModuleIncidentRow, action: Extract<GroupAction, { do: "see" | "reopen" }>, now: Date): Step {
  const first = firstOf(action);
  const type = action.isRenamed ? first.type : row.type;
  const words = wordsOf(action.findings, row.rules, now);
  const set = { ...words, type, severity: action.severity };
  const data = { severity: action.severity };
  if (action.do === "reopen") {
    const since = first.observedAt.toISOString();
    const line = { kind: "reopened", summary: `It came back: ${first.explain}`, data: { ...data, since } };
    // Whoever owned it owned what is over: this bout is everybody's again.
    const anew = { acknowledgedBy: null, acknowledgedAt: null, suppressedBy: null, healState: null };
    return { id: row.id, set: { ...set, ...reopen(row, "recurred"), ...anew }, event: "module-incident.reopened", line };
  }
  if (action.isRenamed)
    return {
      id: row.id,
      set,
      event: "module-incident.updated",
      line: { kind: "renamed", summary: `A sharper cause was found: ${first.explain}`, data },
    };
  if (action.isGraver)
    return { id: row.id, set, event: "module-incident.updated", line: { kind: "worsened", summary: first.explain, data } };
  const isBack = row.clearedAt !== null;
  return {
    id: row.id,
    set,
    event: null,
    line: isBack ? { kind: "still_there", summary: `It is still there: ${first.explain}`, data } : null,
  };
}

function quieter(row: ModuleIncidentRow, action: Extract<GroupAction, { do: "clear" | "doubt" | "resolve" }>, now: Date): Step {
  const { id } = row;
  if (action.do === "clear")
    return { id, set: { clearedAt: now }, event: null, line: { kind: "clearing", summary: "Fresh signals no longer show it" } };
  if (action.do === "doubt")
    return {
      id,
      set: { clearedAt: null },
      event: null,
      line: { kind: "doubted", summary: "What would show that it is over is not heard any more" },
    };
  const line = { kind: "resolved", summary: "The module recovered: fresh signals stayed good" };
  return { id, set: resolve(row, null, now, "cleared"), event: "module-incident.resolved", line };
}

function stepOf(action: GroupAction, rows: readonly ModuleIncidentRow[], input: Observation, context: CommandContext): Step {
  if (action.do === "open") return opened(action, input, context);
  const row = rows.find(({ id }) => id === action.incidentId) ?? refuse("conflict", `No incident ${action.incidentId}`);
  return "findings" in action ? seen(row, action, context.now) : quieter(row, action, context.now);
}

/** Who tells an incident's story, where that changed: an incident that is told by another calls nobody. */
function storySteps(rows: readonly ModuleIncidentRow[], { stories }: Observation): Step[] {
  return rows.flatMap((row) => {
    const teller = stories[row.id];
    if (teller === undefined || teller === row.suppressedBy || row.status === "resolved") return [];
    const summary = teller === null ? "It is told by itself from now on" : "It is told by another incident from now on";
    return {
      id: row.id,
      set: { suppressedBy: teller },
      event: "module-incident.updated",
      line: { kind: "story", summary, data: { incident_id: teller } },
    };
  });
}

async function store(tx: WriterTx, { id, set }: Step, { tenantId }: Observation, now: Date): Promise<void> {
  if ("openedAt" in set) {
    await tx.insert(moduleIncidents).values({ ...(set as typeof moduleIncidents.$inferInsert), updatedAt: now });
    return;
  }
  await tx
    .update(moduleIncidents)
    .set({ ...set, updatedAt: now })
    .where(and(eq(moduleIncidents.tenantId, tenantId), eq(moduleIncidents.id, id)));
}

const brief = (rows: readonly ModuleIncidentRow[]) =>
  rows.map(({ id, type, status, severity, clearedAt, suppressedBy }) => ({ id, type, status, severity, clearedAt, suppressedBy }));

/** What is said of one module of one tenant, or of all of them, becomes, continues or ends its incidents. */
export const observeModule = defineCommand({
  name: "module-incident.observe",
  permission: "system",
  isPolled: true,
  input: observation,

  async apply(tx, input, context) {
    const { tenantId, fence } = input;
    await requireFence(tx, { kind: "job", tenantId: PLATFORM_TENANT, id: MODULE_SCAN, fence });
    const rows = await lockRows(tx, input, context.now);
    const actions = groupModuleFindings({
      incidents: rows,
      findings: input.findings,
      evidence: input.evidence,
      now: context.now,
      rules: RULES,
    });
    const steps = [...actions.map((action) => stepOf(action, rows, input, context)), ...storySteps(rows, input)];
    if (steps.length === 0) refuse("conflict", "Nothing is new about this module");
    for (const step of steps) await store(tx, step, input, context.now);
    const after = rows.map((row) => Object.assign({ ...row }, ...steps.filter(({ id }) => id === row.id).map(({ set }) => set)));
    const fresh = steps.filter(({ id }) => !rows.some((row) => row.id === id)).map(({ set }) => set as ModuleIncidentRow);
    const events: DomainEvent[] = steps.flatMap(({ id, event }) =>
      event === null ? [] : { name: event, payload: { moduleIncidentId: id, moduleKey: input.moduleKey } },
    );
    return {
      subject: `module:${input.moduleKey}`,
      tenantId,
      before: brief(rows),
      after: brief([...after, ...fresh]),
      events,
      moduleTimeline: steps.flatMap(({ id, line }) => (line ? { incidentId: id, ...line } : [])),
      result: { incidents: steps.map(({ id }) => id) },
    };
  },
});
