-- What each worker counted since it began, told now and then, so that one look at /api/metrics has it: figures of processes, of no tenant.
CREATE TABLE "process_counts" (
	"tenant_id" uuid NOT NULL,
	"process" text NOT NULL,
	"told_at" timestamp (3) with time zone NOT NULL,
	"counts" jsonb NOT NULL,
	CONSTRAINT "process_counts_tenant_id_process_pk" PRIMARY KEY("tenant_id","process")
);
--> statement-breakpoint
SELECT center_isolate('process_counts'::regclass);
--> statement-breakpoint
GRANT SELECT ON process_counts TO center_reader;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON process_counts TO center_ingest;
--> statement-breakpoint
-- A scan that a person asked for: a worker makes it, within seconds. One waits at a time.
CREATE TABLE "scan_requests" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"run_id" uuid,
	CONSTRAINT "scan_requests_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "scan_requests_one_waits" ON "scan_requests" USING btree ("tenant_id") WHERE "scan_requests"."run_id" is null;
--> statement-breakpoint
SELECT center_isolate('scan_requests'::regclass);
--> statement-breakpoint
SELECT center_govern('scan_requests'::regclass);
--> statement-breakpoint
GRANT SELECT ON scan_requests TO center_reader;
