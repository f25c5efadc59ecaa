import { and, desc, eq, gt, inArray, or, sql } from "drizzle-orm";
import { z } from "zod";
import { autopatchAttempts } from "@/db/schema/delivery";
import { pluginIncidents, siraLearningFeedback } from "@/db/schema/incidents";
import { plugins } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { type Finding, INCIDENT_TYPES } from "@/lib/detection/types";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext, DomainEvent, TimelineLine } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { SEVERITIES } from "@/lib/kernel/severity";
import type { WakeUp } from "@/lib/platform/background/queue";
import { LIMITS } from "@/lib/platform/limits";
import { causeOf } from "../causes";
import { type GroupingAction, groupFindings } from "../group-findings";
import { reopen, resolve } from "../lifecycle";
import { describeStep } from "../timeline";
import { voidPlans } from "./void-plans";

const findingSchema = z.strictObject({
  ruleId: z.string().max(64),
  type: z.enum(INCIDENT_TYPES),
  severity: z.enum(SEVERITIES),
  observedAt: z.date(),
  statistic: z.string().max(300),
  value: z.number(),
  usual: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  explain: z.string().max(1_000),
});

const observation = z.strictObject({
  tenantId: z.uuid(),
  pluginId: z.uuid(),
  findings: z.array(findingSchema).max(50),
  isFreshBeat: z.boolean(),
  unproven: z.array(z.enum(INCIDENT_TYPES)),
  snapshot: z.record(z.string(), z.unknown()),
});
type Observation = z.infer<typeof observation>;
type IncidentRow = typeof pluginIncidents.$inferSelect;

/** Incidents of a plugin that findings may still concern: not over, or over for less than the recurrence time. */
export async function relevantIncidents(
  tx: Pick<WriterTx, "select">,
  place: { tenantId: string; pluginId: string },
  now: Date,
): Promise<IncidentRow[]> {
  const recent = new Date(now.getTime() - LIMITS.recurrenceSeconds * 1_000);
  return tx
    .select()
    .from(pluginIncidents)
    .where(
      and(
        eq(pluginIncidents.tenantId, place.tenantId),
        eq(pluginIncidents.pluginId, place.pluginId),
        or(
          sql`${pluginIncidents.status} not in ('resolved', 'closed')`,
          and(eq(pluginIncidents.status, "resolved"), gt(pluginIncidents.resolvedAt, recent)),
        ),
      ),
    );
}

/** What the findings mean for these incidents; the same pure grouping is used to see whether a command is needed at all. */
export function planGrouping(
  rows: readonly IncidentRow[],
  input: Omit<Observation, "snapshot" | "tenantId" | "pluginId">,
  now: Date,
): GroupingAction[] {
  return groupFindings({
    openIncidents: rows.filter((row) => row.status !== "resolved"),
    recentlyResolved: rows.filter((row) => row.status === "resolved"),
    findings: input.findings,
    isFreshBeat: input.isFreshBeat,
    unproven: new Set(input.unproven),
    now,
  });
}

/** What one grouping action did, and the line it leaves on the timeline, if it is worth one. */
interface Step {
  readonly id: string;
  readonly name: string;
  readonly explain: string;
  readonly line: TimelineLine | null;
}

/** The plugin under observation, locked, with the incidents that findings may concern. */
interface Scene {
  readonly input: Observation;
  readonly pluginKey: string;
  readonly rows: readonly IncidentRow[];
}

function stepOf(id: string, name: string, explain: string, action: GroupingAction): Step {
  const isWorthALine = action.do !== "absorb" || action.isGraver;
  const line = isWorthALine ? describeStep({ ...action, explain }) : null;
  return { id, name, explain, line: line ? { incidentId: id, ...line } : null };
}

async function open(
  tx: WriterTx,
  { input, pluginKey }: Scene,
  action: GroupingAction & { do: "open" },
  context: CommandContext,
): Promise<Step> {
  const first = action.findings[0] as Finding;
  const id = context.newId();
  await tx.insert(pluginIncidents).values({
    tenantId: input.tenantId,
    id,
    pluginId: input.pluginId,
    pluginKey,
    type: action.type,
    cause: causeOf(action.type),
    severity: action.severity,
    status: "open",
    openedAt: first.observedAt,
    detectedAt: context.now,
    updatedAt: context.now,
    value: first.value,
    finding: first,
    telemetrySnapshot: input.snapshot,
    decideAt: context.now,
    noticedAt: context.now,
  });
  return stepOf(id, "incident.opened", first.explain, action);
}

/** Columns that an action on a known incident changes, and what it is called. */
function changeOf(
  row: IncidentRow,
  action: Exclude<GroupingAction, { do: "open" }>,
  input: Observation,
  now: Date,
): { name: string; set: Partial<IncidentRow> } {
  if (action.do === "clearStep") return { name: "incident.clearing", set: { clearStreak: action.clearStreak } };
  if (action.do === "resolveBySelf") return { name: "incident.resolved", set: { ...resolve(row, null, now, "cleared"), decideAt: null } };
  const first = action.findings[0] as Finding;
  const seen = { severity: action.severity, value: first.value, finding: first, telemetrySnapshot: input.snapshot, clearStreak: 0 };
  if (action.do === "reopen") {
    return {
      name: "incident.reopened",
      set: {
        ...seen,
        ...reopen(row, "recurred"),
        type: action.type,
        reopenedCount: action.reopenedCount,
        decideAt: now,
        planDigest: null,
        noticedAt: now,
        fleetId: null,
        fleetKind: null,
      },
    };
  }
  if (action.do === "respecialise")
    return { name: "incident.updated", set: { ...seen, type: action.type, decideAt: row.status === "open" ? now : row.decideAt } };
  return { name: "incident.updated", set: seen };
}

/** A success that recurs was none: the attempt that ended the incident last is told so to SIRA, once for each time it came back. */
async function recordRecurrence(tx: WriterTx, row: IncidentRow, { now, newId }: CommandContext): Promise<void> {
  const { tenantId, id: incidentId } = row;
  const [last] = await tx
    .select({ feedback: siraLearningFeedback, status: autopatchAttempts.status })
    .from(siraLearningFeedback)
    .innerJoin(
      autopatchAttempts,
      and(eq(autopatchAttempts.tenantId, siraLearningFeedback.tenantId), eq(autopatchAttempts.id, siraLearningFeedback.attemptId)),
    )
    .where(and(eq(siraLearningFeedback.tenantId, tenantId), eq(siraLearningFeedback.incidentId, incidentId)))
    .orderBy(desc(siraLearningFeedback.at), desc(siraLearningFeedback.id))
    .limit(1);
  if (last?.status !== "success" || last.feedback.outcome === "recurred") return;
  const { attemptId, decisionId, input, output } = last.feedback;
  const detail = "the same trouble came back within the watch";
  await tx
    .insert(siraLearningFeedback)
    .values({ tenantId, id: newId(), incidentId, attemptId, decisionId, input, output, outcome: "recurred", detail, at: now });
}

async function applyAction(tx: WriterTx, scene: Scene, action: GroupingAction, context: CommandContext): Promise<Step> {
  if (action.do === "open") return open(tx, scene, action, context);
  const row = scene.rows.find((candidate) => candidate.id === action.incidentId) ?? refuse("not-found", `No incident ${action.incidentId}`);
  const { name, set } = changeOf(row, action, scene.input, context.now);
  await tx
    .update(pluginIncidents)
    .set({ ...set, updatedAt: context.now })
    .where(and(eq(pluginIncidents.tenantId, row.tenantId), eq(pluginIncidents.id, row.id)));
  if (action.do === "resolveBySelf") await voidPlans(tx, row);
  if (action.do === "reopen" && action.isSameType && row.resolvedBy === null) await recordRecurrence(tx, row, context);
  const explain = "findings" in action ? (action.findings[0]?.explain ?? row.finding.explain) : row.finding.explain;
  return stepOf(row.id, name, explain, action);
}

async function lockPlugin(tx: WriterTx, { tenantId, pluginId }: Observation): Promise<string> {
  const [plugin] = await tx
    .select({ key: plugins.pluginKey })
    .from(plugins)
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)))
    .for("update");
  return plugin?.key ?? refuse("not-found", `No plugin ${pluginId}`);
}

async function readAgain(tx: WriterTx, tenantId: string, ids: readonly string[]): Promise<IncidentRow[]> {
  if (ids.length === 0) return [];
  const isTouched = and(eq(pluginIncidents.tenantId, tenantId), inArray(pluginIncidents.id, [...ids]));
  return tx.select().from(pluginIncidents).where(isTouched);
}

const TO_DECIDE = new Set(["incident.opened", "incident.reopened", "incident.updated"]);
const brief = (rows: readonly IncidentRow[]) =>
  rows.map(({ id, status, severity, clearStreak }) => ({ id, status, severity, clearStreak }));

/** What rules say of one plugin becomes, continues or ends its incidents; two observers of one plugin wait for each other. */
export const observeFindings = defineCommand({
  name: "incident.observe",
  permission: "system",
  input: observation,

  async apply(tx, input, context) {
    const { tenantId, pluginId } = input;
    if (tenantId === SANDBOX_TENANT) refuse("conflict", "Nothing of the sandbox is an incident");
    const pluginKey = await lockPlugin(tx, input);
    const rows = await relevantIncidents(tx, input, context.now);
    const steps: Step[] = [];
    for (const action of planGrouping(rows, input, context.now))
      steps.push(await applyAction(tx, { input, pluginKey, rows }, action, context));
    const ids = steps.map((step) => step.id);
    const events: DomainEvent[] = steps.map(({ id, name, explain }) => ({ name, payload: { incidentId: id, pluginId, explain } }));
    const wakes: WakeUp[] = steps.filter(({ name }) => TO_DECIDE.has(name)).map(({ id }) => ({ queue: "incident", id, tenantId }));
    return {
      subject: `plugin:${pluginId}`,
      tenantId,
      before: brief(rows),
      after: brief(await readAgain(tx, tenantId, ids)),
      events,
      timeline: steps.flatMap(({ line }) => line ?? []),
      wakes,
      result: { incidents: ids },
    };
  },
});
