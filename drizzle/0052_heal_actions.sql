-- What is done about a module's incident: each action with its state, what was decided and why, and the plans that only people carry out.
CREATE TABLE "module_decisions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"module_key" text NOT NULL,
	"inputs" jsonb NOT NULL,
	"inputs_digest" text NOT NULL,
	"decision" jsonb NOT NULL,
	"policy_version" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "module_decisions_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "heal_actions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"module_key" text NOT NULL,
	"action" text NOT NULL,
	"level" integer NOT NULL,
	"category" text NOT NULL,
	"params" jsonb NOT NULL,
	"state" text NOT NULL,
	"step" integer DEFAULT 0 NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"explain" text NOT NULL,
	"decision_id" uuid NOT NULL,
	"permit" jsonb NOT NULL,
	"baseline" jsonb NOT NULL,
	"order_id" uuid,
	"has_effect" boolean DEFAULT false NOT NULL,
	"evidence" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"verification" jsonb,
	"revert_why" text,
	"ended_why" text,
	"approved_by" text,
	"approved_at" timestamp (3) with time zone,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"begun_at" timestamp (3) with time zone,
	"state_since" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"trace_id" text NOT NULL,
	CONSTRAINT "heal_actions_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "heal_action_events" (
	"tenant_id" uuid NOT NULL,
	"action_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"event" text NOT NULL,
	"actor" text NOT NULL,
	"summary" text NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "heal_action_events_tenant_id_action_id_id_pk" PRIMARY KEY("tenant_id","action_id","id")
);
--> statement-breakpoint
CREATE TABLE "patch_plans" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"action_id" uuid NOT NULL,
	"module_key" text NOT NULL,
	"title" text NOT NULL,
	"why" text NOT NULL,
	"diff" jsonb NOT NULL,
	"tests" jsonb NOT NULL,
	"risk" text NOT NULL,
	"undo" text NOT NULL,
	"digest" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "patch_plans_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "heal_action_events" ADD CONSTRAINT "heal_action_events_of_action" FOREIGN KEY ("tenant_id","action_id") REFERENCES "public"."heal_actions"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "heal_actions" ADD CONSTRAINT "heal_actions_of_decision" FOREIGN KEY ("tenant_id","decision_id") REFERENCES "public"."module_decisions"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "patch_plans" ADD CONSTRAINT "patch_plans_of_action" FOREIGN KEY ("tenant_id","action_id") REFERENCES "public"."heal_actions"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- One hand at a time on a module: two workers, or two incidents of one module, never act on it together.
CREATE UNIQUE INDEX "heal_actions_one_live" ON "heal_actions" USING btree ("tenant_id","module_key") WHERE "heal_actions"."state" in ('proposed', 'snapshotting', 'ordered', 'running', 'verifying', 'reverting');
--> statement-breakpoint
CREATE INDEX "heal_actions_unended" ON "heal_actions" USING btree ("due_at") WHERE "heal_actions"."ended_at" is null;
--> statement-breakpoint
CREATE INDEX "heal_actions_by_incident" ON "heal_actions" USING btree ("tenant_id","incident_id","proposed_at");
--> statement-breakpoint
CREATE INDEX "heal_actions_by_module" ON "heal_actions" USING btree ("tenant_id","module_key","proposed_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "module_decisions_by_incident" ON "module_decisions" USING btree ("tenant_id","incident_id","at");
--> statement-breakpoint
CREATE INDEX "patch_plans_newest" ON "patch_plans" USING btree ("tenant_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE UNIQUE INDEX "patch_plans_one_each" ON "patch_plans" USING btree ("tenant_id","action_id");
--> statement-breakpoint
CREATE INDEX "module_commands_by_ref" ON "module_commands" USING btree ("tenant_id","ref") WHERE "module_commands"."ref" is not null;
--> statement-breakpoint
SELECT center_isolate('module_decisions'::regclass), center_isolate('heal_actions'::regclass), center_isolate('heal_action_events'::regclass), center_isolate('patch_plans'::regclass);
--> statement-breakpoint
SELECT center_govern('module_decisions'::regclass, true), center_govern('heal_actions'::regclass), center_govern('heal_action_events'::regclass, true), center_govern('patch_plans'::regclass, true);
--> statement-breakpoint
GRANT SELECT ON module_decisions, heal_actions, heal_action_events, patch_plans TO center_reader;
