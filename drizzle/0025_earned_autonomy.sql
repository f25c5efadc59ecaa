-- Where a merchant wants machines to earn what they may do by themselves: one row for each action that it asked this for.
CREATE TABLE "earned_autonomy" (
	"tenant_id" uuid NOT NULL,
	"action" text NOT NULL,
	"level" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"asked_by" text,
	"asked_at" timestamp (3) with time zone,
	"asked_reason" text,
	"reason" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "earned_autonomy_tenant_id_action_pk" PRIMARY KEY("tenant_id","action")
);
--> statement-breakpoint
SELECT center_isolate('earned_autonomy'::regclass);
--> statement-breakpoint
SELECT center_govern('earned_autonomy'::regclass);
--> statement-breakpoint
GRANT SELECT ON earned_autonomy TO center_reader;
