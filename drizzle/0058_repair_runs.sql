-- Repair runs: a job tried, shown as an exact difference, applied to just that difference, and taken back; per tenant, with what was said and done.
CREATE TABLE "repair_runs" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"job" text NOT NULL,
	"job_version" integer NOT NULL,
	"level" integer NOT NULL,
	"site" text NOT NULL,
	"module_key" text,
	"tenant_ids" uuid[] NOT NULL,
	"status" text NOT NULL,
	"phase" text NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"digest" text,
	"rows_total" integer,
	"tables" jsonb,
	"plan" jsonb,
	"needs_two" boolean DEFAULT false NOT NULL,
	"requested_by" text NOT NULL,
	"reason" text NOT NULL,
	"category" text,
	"ref" uuid,
	"asked_by" text,
	"asked_reason" text,
	"applied_by" text,
	"apply_reason" text,
	"rolled_back_by" text,
	"rollback_reason" text,
	"error_code" text,
	"error" text,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"ready_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"phase_until" timestamp (3) with time zone,
	"applied_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "repair_runs_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
-- How far a run is at one tenant: the phase it is in, the order that was given for it, and what the last answer said.
CREATE TABLE "repair_run_progress" (
	"tenant_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"run_tenant_id" uuid NOT NULL,
	"phase" text NOT NULL,
	"state" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"order_id" uuid,
	"digest" text,
	"rows_total" integer DEFAULT 0 NOT NULL,
	"rows" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"tables" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"plan" jsonb,
	"rows_done" integer DEFAULT 0 NOT NULL,
	"rows_kept" integer DEFAULT 0 NOT NULL,
	"is_applied" boolean DEFAULT false NOT NULL,
	"snapshot_id" uuid,
	"detail" text,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "repair_run_progress_tenant_id_run_id_pk" PRIMARY KEY("tenant_id","run_id")
);
--> statement-breakpoint
CREATE TABLE "repair_run_events" (
	"tenant_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"summary" text NOT NULL,
	"data" jsonb NOT NULL,
	"trace_id" text NOT NULL,
	CONSTRAINT "repair_run_events_tenant_id_run_id_id_pk" PRIMARY KEY("tenant_id","run_id","id")
);
--> statement-breakpoint
-- What a repair of Center's own rows is about to do, written before it is done: what each row was and becomes.
CREATE TABLE "repair_journal" (
	"tenant_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"table_name" text NOT NULL,
	"key" jsonb NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"state" text NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "repair_journal_tenant_id_run_id_n_pk" PRIMARY KEY("tenant_id","run_id","n")
);
--> statement-breakpoint
ALTER TABLE "repair_run_events" ADD CONSTRAINT "repair_run_events_run_fk" FOREIGN KEY ("tenant_id","run_id") REFERENCES "public"."repair_runs"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "repair_journal" ADD CONSTRAINT "repair_journal_run_fk" FOREIGN KEY ("tenant_id","run_id") REFERENCES "public"."repair_runs"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- One run of a job changes a tenant's rows at a time; runs of several tenants are told apart under a lock (start-applying.ts).
CREATE UNIQUE INDEX "repair_runs_one_changes" ON "repair_runs" USING btree ("tenant_id","job",coalesce("module_key", '')) WHERE "repair_runs"."status" in ('applying', 'rolling_back');
--> statement-breakpoint
CREATE INDEX "repair_runs_open" ON "repair_runs" USING btree ("updated_at") WHERE "repair_runs"."status" in ('dry_running', 'ready', 'applying', 'rolling_back');
--> statement-breakpoint
CREATE INDEX "repair_runs_newest" ON "repair_runs" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "repair_run_progress_by_run" ON "repair_run_progress" USING btree ("run_id");
--> statement-breakpoint
SELECT center_isolate('repair_runs'::regclass), center_isolate('repair_run_progress'::regclass), center_isolate('repair_run_events'::regclass), center_isolate('repair_journal'::regclass);
--> statement-breakpoint
SELECT center_govern('repair_runs'::regclass), center_govern('repair_run_progress'::regclass), center_govern('repair_run_events'::regclass, true), center_govern('repair_journal'::regclass);
--> statement-breakpoint
GRANT SELECT ON repair_runs, repair_run_progress, repair_run_events, repair_journal TO center_reader;
