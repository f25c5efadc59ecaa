-- E-mail beside webhooks, secrets that rotate with an overlap, messages sent again by hand, and who wants to be told of what.
ALTER TABLE "webhook_endpoints" ADD COLUMN "previous_sealed_secret" bytea;
--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "previous_until" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ALTER COLUMN "endpoint_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "channel" text DEFAULT 'webhook' NOT NULL;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "person_id" uuid;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "recipient" text;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "subject" text;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "language" text;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "link_id" uuid;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "incident_id" uuid;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "last_attempt_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "replays" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "schedule_from" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_page" ON "webhook_deliveries" USING btree ("tenant_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_person" ON "webhook_deliveries" USING btree ("person_id","created_at") WHERE "webhook_deliveries"."person_id" is not null;
--> statement-breakpoint
-- How somebody wants to be told: in which language, of what by e-mail, and when not to be woken. No row: as their rights suggest.
CREATE TABLE "person_notices" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"language" text,
	"email_events" text[],
	"time_zone" text,
	"quiet_from" integer,
	"quiet_to" integer,
	"critical_wakes" boolean DEFAULT false NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "person_notices" ADD CONSTRAINT "person_notices_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- What the people of a merchant are told of by e-mail unless they say otherwise themselves.
CREATE TABLE "tenant_notices" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"email_events" text[] NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
SELECT center_isolate('tenant_notices'::regclass);
--> statement-breakpoint
SELECT center_govern('person_notices'::regclass), center_govern('tenant_notices'::regclass);
--> statement-breakpoint
GRANT SELECT ON person_notices, tenant_notices TO center_reader;
