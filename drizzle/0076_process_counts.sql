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
