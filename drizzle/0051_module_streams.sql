-- Since when and in how many beats each check of a module fails without a break; and what the detectors remember of each module's measures.
ALTER TABLE "module_service_state" ADD COLUMN "failing" jsonb DEFAULT '{}'::jsonb NOT NULL;
--> statement-breakpoint
CREATE TABLE "module_streams" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"taken_at" timestamp (3) with time zone,
	"running_version" text,
	"calm_until" timestamp (3) with time zone,
	"streams" bytea,
	"raised" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "module_streams_tenant_id_module_id_pk" PRIMARY KEY("tenant_id","module_id")
);
--> statement-breakpoint
-- Written every minute and hardly compressible: trying costs more than it saves.
ALTER TABLE "module_streams" ALTER COLUMN "streams" SET STORAGE EXTERNAL;
--> statement-breakpoint
SELECT center_isolate('module_streams'::regclass);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON module_streams TO center_ingest;
--> statement-breakpoint
GRANT SELECT ON module_streams TO center_reader, center_writer;
--> statement-breakpoint
-- Each call that was made for a module's incident, and that none could be made.
CREATE TABLE "module_pages" (
	"tenant_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"episode" integer NOT NULL,
	"step" integer NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"person_id" uuid,
	"delivery_id" uuid,
	CONSTRAINT "module_pages_tenant_id_incident_id_episode_step_pk" PRIMARY KEY("tenant_id","incident_id","episode","step")
);
--> statement-breakpoint
ALTER TABLE "module_pages" ADD CONSTRAINT "module_pages_of_incident" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."module_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
SELECT center_isolate('module_pages'::regclass);
--> statement-breakpoint
SELECT center_govern('module_pages'::regclass, true);
--> statement-breakpoint
GRANT SELECT ON module_pages TO center_reader;
