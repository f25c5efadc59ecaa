-- How long each wave of a rollout bakes at least: policy values, in days. Less is looser.
ALTER TABLE "ops_policy" ADD COLUMN "bake_whitelist_days" double precision DEFAULT 7 NOT NULL;
--> statement-breakpoint
ALTER TABLE "ops_policy" ADD COLUMN "bake_fifth_days" double precision DEFAULT 14 NOT NULL;
--> statement-breakpoint
ALTER TABLE "ops_policy" ADD COLUMN "bake_half_days" double precision DEFAULT 14 NOT NULL;
--> statement-breakpoint
-- Who let an action be done without asking, and who or what took that away last.
ALTER TABLE "earned_autonomy" ADD COLUMN "promoted_by" text[];
--> statement-breakpoint
ALTER TABLE "earned_autonomy" ADD COLUMN "promoted_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "earned_autonomy" ADD COLUMN "demoted_by" text;
--> statement-breakpoint
ALTER TABLE "earned_autonomy" ADD COLUMN "demoted_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "earned_autonomy" ADD COLUMN "demoted_reason" text;
--> statement-breakpoint
-- Somebody owns a fleet incident: nobody else is woken for it.
ALTER TABLE "fleet_incidents" ADD COLUMN "acknowledged_by" text;
--> statement-breakpoint
ALTER TABLE "fleet_incidents" ADD COLUMN "acknowledged_at" timestamp (3) with time zone;
--> statement-breakpoint
-- Each call that was made for a fleet incident, and that none could be made; rows are only ever added.
CREATE TABLE "fleet_pages" (
	"tenant_id" uuid NOT NULL,
	"fleet_id" uuid NOT NULL,
	"step" integer NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"person_id" uuid,
	"delivery_id" uuid,
	CONSTRAINT "fleet_pages_tenant_id_fleet_id_step_pk" PRIMARY KEY("tenant_id","fleet_id","step")
);
--> statement-breakpoint
ALTER TABLE "fleet_pages" ADD CONSTRAINT "fleet_pages_tenant_id_fleet_id_fleet_incidents_tenant_id_id_fk" FOREIGN KEY ("tenant_id","fleet_id") REFERENCES "public"."fleet_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
SELECT center_isolate('fleet_pages'::regclass);
--> statement-breakpoint
SELECT center_govern('fleet_pages'::regclass, true);
--> statement-breakpoint
GRANT SELECT ON fleet_pages TO center_reader;
--> statement-breakpoint
-- People are told every day of metadata that expires, until somebody signs it anew: each telling is a row.
ALTER TABLE "tuf_expiry_warnings" DROP CONSTRAINT "tuf_expiry_warnings_role_version_kind_pk";
--> statement-breakpoint
ALTER TABLE "tuf_expiry_warnings" ADD CONSTRAINT "tuf_expiry_warnings_role_version_kind_at_pk" PRIMARY KEY("role","version","kind","at");
