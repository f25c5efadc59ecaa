-- How far somebody is in a runbook, who did which step when and what its check found; starred lines of timelines; postmortems.
CREATE TABLE "runbook_runs" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"slug" text NOT NULL,
	"version" integer NOT NULL,
	"incident_id" uuid,
	"started_by" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text,
	CONSTRAINT "runbook_runs_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "runbook_steps" (
	"tenant_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"step_id" text NOT NULL,
	"outcome" text NOT NULL,
	"actor" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"note" text,
	"evidence" jsonb,
	CONSTRAINT "runbook_steps_tenant_id_run_id_id_pk" PRIMARY KEY("tenant_id","run_id","id")
);
--> statement-breakpoint
CREATE TABLE "incident_stars" (
	"tenant_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"is_starred" boolean NOT NULL,
	"starred_by" text NOT NULL,
	"starred_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "incident_stars_tenant_id_incident_id_event_id_pk" PRIMARY KEY("tenant_id","incident_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "postmortems" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"status" text NOT NULL,
	"revision" integer NOT NULL,
	"title" text NOT NULL,
	"sections" jsonb NOT NULL,
	"actions" jsonb NOT NULL,
	"facts" jsonb NOT NULL,
	"authors" text[] NOT NULL,
	"reviewed_by" text,
	"reviewed_at" timestamp (3) with time zone,
	"published_by" text,
	"published_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "postmortems_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "postmortems_one_each" UNIQUE("tenant_id","incident_id")
);
--> statement-breakpoint
ALTER TABLE "runbook_steps" ADD CONSTRAINT "runbook_steps_tenant_id_run_id_runbook_runs_tenant_id_id_fk" FOREIGN KEY ("tenant_id","run_id") REFERENCES "public"."runbook_runs"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "incident_stars" ADD CONSTRAINT "incident_stars_tenant_id_incident_id_event_id_incident_events_tenant_id_incident_id_id_fk" FOREIGN KEY ("tenant_id","incident_id","event_id") REFERENCES "public"."incident_events"("tenant_id","incident_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "postmortems" ADD CONSTRAINT "postmortems_tenant_id_incident_id_plugin_incidents_tenant_id_id_fk" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."plugin_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- A runbook is followed once at a time for each incident: two people see the same progress.
CREATE UNIQUE INDEX "runbook_runs_one_open" ON "runbook_runs" USING btree ("tenant_id","slug",coalesce("incident_id", '00000000-0000-0000-0000-000000000000'::uuid)) WHERE "runbook_runs"."ended_at" is null;
--> statement-breakpoint
CREATE INDEX "runbook_runs_by_incident" ON "runbook_runs" USING btree ("tenant_id","incident_id","started_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "postmortems_newest" ON "postmortems" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
SELECT center_isolate('runbook_runs'::regclass), center_isolate('runbook_steps'::regclass), center_isolate('incident_stars'::regclass), center_isolate('postmortems'::regclass);
--> statement-breakpoint
SELECT center_govern('runbook_runs'::regclass), center_govern('runbook_steps'::regclass, true), center_govern('incident_stars'::regclass), center_govern('postmortems'::regclass);
--> statement-breakpoint
GRANT SELECT ON runbook_runs, runbook_steps, incident_stars, postmortems TO center_reader;
