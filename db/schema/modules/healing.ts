import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Decision, DecisionInput } from "@/lib/modules/healing/decision-types";
import { type Baseline, HEAL_STATES, type OrderParams, REVERT_REASONS, type Verification } from "@/lib/modules/healing/types";
import { CATEGORIES, type Permit } from "@/lib/policy/types";
import { instant, tenantId } from "../columns";

/** What was decided about an incident, with all it was decided from, so that it can be decided again years later; rows are only ever added. */
export const moduleDecisions = pgTable(
  "module_decisions",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    incidentId: uuid("incident_id").notNull(),
    moduleKey: text("module_key").notNull(),
    inputs: jsonb("inputs").$type<DecisionInput>().notNull(),
    inputsDigest: text("inputs_digest").notNull(),
    decision: jsonb("decision").$type<Decision>().notNull(),
    policyVersion: integer("policy_version").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("module_decisions_by_incident").on(table.tenantId, table.incidentId, table.at),
  ],
);

/** One action against a module's incident, from its proposal to its end (docs/decisions/0017). */
export const healActions = pgTable(
  "heal_actions",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    incidentId: uuid("incident_id").notNull(),
    /** The service that carries it out. */
    moduleId: uuid("module_id").notNull(),
    moduleKey: text("module_key").notNull(),
    /** Key in the catalogue. */
    action: text("action").notNull(),
    level: integer("level").notNull(),
    category: text("category", { enum: CATEGORIES }).notNull(),
    params: jsonb("params").$type<OrderParams>().notNull(),
    state: text("state", { enum: HEAL_STATES }).notNull(),
    /** Which of the action's orders is given now, from 0; while reverting, the way back. */
    step: integer("step").notNull().default(0),
    /** How often the order of this step was given before. */
    tries: integer("tries").notNull().default(0),
    /** One sentence: why this, why now. */
    explain: text("explain").notNull(),
    decisionId: uuid("decision_id").notNull(),
    permit: jsonb("permit").$type<Permit>().notNull(),
    /** How often the incident had come back before: what helped then may help again. */
    episode: integer("episode").notNull().default(0),
    /** What was wrong when it was proposed: what has to be right again. */
    baseline: jsonb("baseline").$type<Baseline>().notNull(),
    /** How the module was when the action was given up; null where it was not, or nobody was heard. */
    aftermath: jsonb("aftermath").$type<Baseline>(),
    /** The signed order that it waits for; derived from action, step and try. */
    orderId: uuid("order_id"),
    /** Whether an order that changes something was handed out: from there on it is verified or taken back, never forgotten. */
    hasEffect: boolean("has_effect").notNull().default(false),
    /** What the orders answered, by their types. */
    evidence: jsonb("evidence").$type<Record<string, unknown>>().notNull().default({}),
    verification: jsonb("verification").$type<Verification>(),
    revertWhy: text("revert_why", { enum: REVERT_REASONS }),
    endedWhy: text("ended_why"),
    approvedBy: text("approved_by"),
    approvedAt: instant("approved_at"),
    proposedAt: instant("proposed_at").notNull(),
    /** When its first order was given. */
    begunAt: instant("begun_at"),
    stateSince: instant("state_since").notNull(),
    endedAt: instant("ended_at"),
    traceId: text("trace_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.decisionId], foreignColumns: [moduleDecisions.tenantId, moduleDecisions.id] }),
    uniqueIndex("heal_actions_one_live")
      .on(table.tenantId, table.moduleKey)
      .where(sql`${table.state} in ('proposed', 'snapshotting', 'ordered', 'running', 'verifying', 'reverting')`),
    index("heal_actions_unended").on(table.tenantId, table.incidentId).where(sql`${table.endedAt} is null`),
    index("heal_actions_by_incident").on(table.tenantId, table.incidentId, table.proposedAt),
    index("heal_actions_by_module").on(table.tenantId, table.moduleKey, table.proposedAt.desc()),
  ],
);

/** Every change of an action's state; rows are only ever added. */
export const healActionEvents = pgTable(
  "heal_action_events",
  {
    tenantId: tenantId(),
    actionId: uuid("action_id").notNull(),
    id: uuid("id").notNull(),
    at: instant("at").notNull(),
    fromState: text("from_state", { enum: HEAL_STATES }),
    toState: text("to_state", { enum: HEAL_STATES }).notNull(),
    event: text("event").notNull(),
    actor: text("actor").notNull(),
    summary: text("summary").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.actionId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.actionId], foreignColumns: [healActions.tenantId, healActions.id] }),
  ],
);

/** What only people may do (level 3): the change, how to test it, its risk and its way back. Center writes it and stops; rows are only ever added. */
export const patchPlans = pgTable(
  "patch_plans",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    incidentId: uuid("incident_id").notNull(),
    actionId: uuid("action_id").notNull(),
    moduleKey: text("module_key").notNull(),
    title: text("title").notNull(),
    why: text("why").notNull(),
    diff: jsonb("diff").$type<unknown[]>().notNull(),
    tests: jsonb("tests").$type<string[]>().notNull(),
    risk: text("risk").notNull(),
    undo: text("undo").notNull(),
    digest: text("digest").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.actionId], foreignColumns: [healActions.tenantId, healActions.id] }),
    uniqueIndex("patch_plans_one_each").on(table.tenantId, table.actionId),
    index("patch_plans_newest").on(table.tenantId, table.createdAt.desc(), table.id.desc()),
  ],
);
