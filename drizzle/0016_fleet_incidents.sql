-- What many merchants have at once, told as one: signature x version x cohort. It belongs to the platform; its members are incidents of
-- plugins, which say themselves whether it holds them.
CREATE TABLE "fleet_incidents" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"signature" text NOT NULL,
	"plugin_key" text,
	"version" text,
	"cohort" text NOT NULL,
	"severity" text NOT NULL,
	"explain" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"detected_at" timestamp (3) with time zone NOT NULL,
	"joined_at" timestamp (3) with time zone NOT NULL,
	"most" integer NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "fleet_incidents_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "fleet_incidents_one_open" ON "fleet_incidents" USING btree ("tenant_id","signature",coalesce("plugin_key", ''),coalesce("version", ''),"cohort") WHERE "fleet_incidents"."status" = 'open';
--> statement-breakpoint
CREATE INDEX "fleet_incidents_newest" ON "fleet_incidents" USING btree ("tenant_id","since" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
-- Since when this bout of an incident is known, the fleet incident that it belongs to, and of which kind that is while it is open.
ALTER TABLE "plugin_incidents" ADD COLUMN "noticed_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "plugin_incidents" ADD COLUMN "fleet_id" uuid;
--> statement-breakpoint
ALTER TABLE "plugin_incidents" ADD COLUMN "fleet_kind" text;
--> statement-breakpoint
CREATE INDEX "plugin_incidents_noticed" ON "plugin_incidents" USING btree ("noticed_at") WHERE "plugin_incidents"."status" not in ('resolved', 'closed');
--> statement-breakpoint
CREATE INDEX "plugin_incidents_by_fleet" ON "plugin_incidents" USING btree ("fleet_id","opened_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "plugin_incidents"."fleet_id" is not null;
--> statement-breakpoint
SELECT center_isolate('fleet_incidents'::regclass);
--> statement-breakpoint
SELECT center_govern('fleet_incidents'::regclass);
--> statement-breakpoint
GRANT SELECT ON fleet_incidents TO center_reader;
