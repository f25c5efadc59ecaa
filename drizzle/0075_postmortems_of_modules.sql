-- Postmortems of modules' incidents beside those of plugins', and starred lines of their timelines.
ALTER TABLE "postmortems" ALTER COLUMN "incident_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "postmortems" ADD COLUMN "module_incident_id" uuid;
--> statement-breakpoint
ALTER TABLE "postmortems" ADD CONSTRAINT "postmortems_about_one" CHECK (num_nonnulls("incident_id", "module_incident_id") = 1);
--> statement-breakpoint
ALTER TABLE "postmortems" ADD CONSTRAINT "postmortems_one_each_module" UNIQUE("tenant_id","module_incident_id");
--> statement-breakpoint
ALTER TABLE "postmortems" ADD CONSTRAINT "postmortems_of_module_incident" FOREIGN KEY ("tenant_id","module_incident_id") REFERENCES "public"."module_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE TABLE "module_incident_stars" (
	"tenant_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"is_starred" boolean NOT NULL,
	"starred_by" text NOT NULL,
	"starred_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "module_incident_stars_tenant_id_incident_id_event_id_pk" PRIMARY KEY("tenant_id","incident_id","event_id")
);
--> statement-breakpoint
ALTER TABLE "module_incident_stars" ADD CONSTRAINT "module_incident_stars_of_event" FOREIGN KEY ("tenant_id","incident_id","event_id") REFERENCES "public"."module_incident_events"("tenant_id","incident_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
SELECT center_isolate('module_incident_stars'::regclass);
--> statement-breakpoint
SELECT center_govern('module_incident_stars'::regclass);
--> statement-breakpoint
GRANT SELECT ON module_incident_stars TO center_reader;
