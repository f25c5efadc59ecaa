-- What modules' minutes add up to, in steps of 5 minutes, an hour and a day: behind objectives that look back for days. Recomputed from the
-- minutes, never counted up, so that a step done twice changes nothing.
CREATE TABLE "module_rollups" (
	"tenant_id" uuid NOT NULL,
	"step_seconds" integer NOT NULL,
	"module_id" uuid NOT NULL,
	"surface" text NOT NULL,
	"bucket_at" timestamp (3) with time zone NOT NULL,
	"minutes" double precision NOT NULL,
	"requests" double precision NOT NULL,
	"errors" double precision NOT NULL,
	"timeouts" double precision NOT NULL,
	"retries" double precision NOT NULL,
	"db_errors" double precision NOT NULL,
	"timed" double precision NOT NULL,
	"slow95" double precision NOT NULL,
	"slow99" double precision NOT NULL,
	"asked_minutes" double precision NOT NULL,
	"down_minutes" double precision NOT NULL,
	"queue_minutes" double precision NOT NULL,
	"full_minutes" double precision NOT NULL,
	CONSTRAINT "module_rollups_pk" PRIMARY KEY("tenant_id","step_seconds","module_id","surface","bucket_at")
);
--> statement-breakpoint
-- How far the roll-ups have come: `fresh` for minutes as they come, `settled` for hours of which nobody may tell anything more. Whoever holds
-- a row works on it.
CREATE TABLE "module_rollup_marks" (
	"kind" text PRIMARY KEY NOT NULL,
	"rolled_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "module_rollups_by_step" ON "module_rollups" USING btree ("step_seconds","bucket_at");
--> statement-breakpoint
CREATE INDEX "module_rollups_by_module" ON "module_rollups" USING btree ("module_id","step_seconds","bucket_at");
--> statement-breakpoint
SELECT center_isolate('module_rollups'::regclass);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON module_rollups, module_rollup_marks TO center_ingest;
--> statement-breakpoint
GRANT SELECT ON module_rollups, module_rollup_marks TO center_reader;
