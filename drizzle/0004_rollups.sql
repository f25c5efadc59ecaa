-- What beats add up to, in steps of 5 minutes, an hour and a day: behind the series that pages draw. Recomputed from rows, never counted up,
-- so that a step done twice or taken up again changes nothing.
CREATE TABLE "plugin_rollups" (
	"tenant_id" uuid NOT NULL,
	"step_seconds" integer NOT NULL,
	"plugin_id" uuid NOT NULL,
	"bucket_at" timestamp (3) with time zone NOT NULL,
	"beats" integer NOT NULL,
	"webhooks_sent" double precision NOT NULL,
	"webhooks_failed" double precision NOT NULL,
	"errors" double precision NOT NULL,
	"fail_rate_sum" double precision NOT NULL,
	"fail_rate_count" integer NOT NULL,
	"fail_rate_max" double precision,
	"latency_p95_sum" double precision NOT NULL,
	"latency_p95_count" integer NOT NULL,
	"latency_p95_max" double precision,
	"queue_depth_sum" double precision NOT NULL,
	"queue_depth_count" integer NOT NULL,
	"queue_depth_max" double precision,
	CONSTRAINT "plugin_rollups_tenant_id_step_seconds_plugin_id_bucket_at_pk" PRIMARY KEY("tenant_id","step_seconds","plugin_id","bucket_at")
);
--> statement-breakpoint
-- How far each day's beats are rolled up. One row for a day's partition; whoever holds it works on that day.
CREATE TABLE "rollup_watermarks" (
	"day" date PRIMARY KEY NOT NULL,
	"rolled_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "plugin_rollups_by_step" ON "plugin_rollups" USING btree ("step_seconds","bucket_at");
--> statement-breakpoint
SELECT center_isolate('plugin_rollups'::regclass);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON plugin_rollups, rollup_watermarks TO center_ingest;
--> statement-breakpoint
GRANT SELECT ON plugin_rollups, rollup_watermarks TO center_reader;
