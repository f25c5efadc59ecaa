-- What the detectors remember of each plugin's metrics, how far its beats were taken in, and what is raised: one row, so that all of it
-- moves together. Bounded: LIMITS.noveltyPlugins rows carry the larger memory.
CREATE TABLE "plugin_streams" (
	"tenant_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"taken_at" timestamp (3) with time zone,
	"taken_id" uuid,
	"calm_until" timestamp (3) with time zone,
	"has_banks" boolean NOT NULL,
	"streams" bytea,
	"raised" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plugin_streams_tenant_id_plugin_id_pk" PRIMARY KEY("tenant_id","plugin_id")
);
--> statement-breakpoint
-- Written every few minutes and hardly compressible: trying costs more than it saves.
ALTER TABLE "plugin_streams" ALTER COLUMN "streams" SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE INDEX "plugin_streams_with_banks" ON "plugin_streams" USING btree ("tenant_id","plugin_id") WHERE "plugin_streams"."has_banks";
--> statement-breakpoint
SELECT center_isolate('plugin_streams'::regclass);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON plugin_streams TO center_ingest;
--> statement-breakpoint
GRANT SELECT ON plugin_streams TO center_reader;
