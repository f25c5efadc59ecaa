-- Incidents of the platform's own modules: one live incident for each tenant, module and cause, with a timeline that is only ever added to.
CREATE TABLE "module_incidents" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"module_key" text NOT NULL,
	"cause" text NOT NULL,
	"type" text NOT NULL,
	"rule_id" text NOT NULL,
	"severity" text NOT NULL,
	"status" text NOT NULL,
	"explain" text NOT NULL,
	"statistic" text NOT NULL,
	"value" double precision NOT NULL,
	"usual" double precision,
	"evidence" jsonb NOT NULL,
	"rules" text[] NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"detected_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"cleared_at" timestamp (3) with time zone,
	"clear_streak" integer DEFAULT 0 NOT NULL,
	"reopened_count" integer DEFAULT 0 NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"resolved_by" text,
	"escalated_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"acknowledged_by" text,
	"acknowledged_at" timestamp (3) with time zone,
	"assigned_to" text,
	"heal_state" text,
	"suppressed_by" uuid,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "module_incidents_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "module_incident_events" (
	"tenant_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"summary" text NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "module_incident_events_tenant_id_incident_id_id_pk" PRIMARY KEY("tenant_id","incident_id","id")
);
--> statement-breakpoint
ALTER TABLE "module_incident_events" ADD CONSTRAINT "module_incident_events_of_incident" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."module_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "module_incidents_one_live" ON "module_incidents" USING btree ("tenant_id","module_key","cause") WHERE "module_incidents"."status" not in ('resolved', 'closed');
--> statement-breakpoint
CREATE INDEX "module_incidents_newest" ON "module_incidents" USING btree ("opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "module_incidents_page" ON "module_incidents" USING btree ("tenant_id","opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "module_incidents_live" ON "module_incidents" USING btree ("module_key") WHERE "module_incidents"."status" not in ('resolved', 'closed');
--> statement-breakpoint
CREATE INDEX "module_incidents_ended" ON "module_incidents" USING btree ("resolved_at") WHERE "module_incidents"."status" = 'resolved';
--> statement-breakpoint
SELECT center_isolate('module_incidents'::regclass), center_isolate('module_incident_events'::regclass);
--> statement-breakpoint
SELECT center_govern('module_incidents'::regclass), center_govern('module_incident_events'::regclass, true);
--> statement-breakpoint
GRANT SELECT ON module_incidents, module_incident_events TO center_reader;
