-- Why messages of a plugin were refused: one row a mistake, counted. Bounded: of what anybody may send in a plugin's name there is one row a
-- reason and route, of the plugin's own the newest LIMITS.refusalsKept.
CREATE TABLE "plugin_refusals" (
	"tenant_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"key" text NOT NULL,
	"why" text NOT NULL,
	"is_proven" boolean NOT NULL,
	"route" text NOT NULL,
	"status" integer NOT NULL,
	"code" text NOT NULL,
	"errors" jsonb NOT NULL,
	"skew_seconds" bigint,
	"trace_id" text NOT NULL,
	"count" bigint NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plugin_refusals_tenant_id_plugin_id_key_pk" PRIMARY KEY("tenant_id","plugin_id","key")
);
--> statement-breakpoint
SELECT center_isolate('plugin_refusals'::regclass);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON plugin_refusals TO center_ingest;
--> statement-breakpoint
GRANT SELECT ON plugin_refusals TO center_reader;
