-- A record that a tenant's own administrator made binds tokens within that tenant alone; the platform's people are not theirs to cut.
ALTER TABLE "people" ADD COLUMN "binds_everywhere" boolean DEFAULT true NOT NULL;
--> statement-breakpoint
-- Where people sign in from: wrong passwords from one place must not lock anybody out at another.
CREATE TABLE "person_clients" (
	"person_id" uuid NOT NULL,
	"client" text NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"succeeded_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "person_clients_person_id_client_pk" PRIMARY KEY("person_id","client")
);
--> statement-breakpoint
ALTER TABLE "person_clients" ADD CONSTRAINT "person_clients_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
SELECT center_govern('person_clients'::regclass);
--> statement-breakpoint
GRANT DELETE ON person_clients TO center_writer;
--> statement-breakpoint
-- What changed of late is asked for every second, so that a revoked plugin is cut off everywhere at once.
CREATE INDEX "plugins_by_change" ON "plugins" USING btree ("updated_at");
