-- Sessions that can be listed and ended one by one, one-time links by which people choose their own password, and who an identity provider vouches for.
ALTER TABLE "people" ADD COLUMN "idp_subject" text;
--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_idp_subject_unique" UNIQUE("idp_subject");
--> statement-breakpoint
CREATE TABLE "person_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"method" text NOT NULL,
	"agent" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text
);
--> statement-breakpoint
CREATE TABLE "access_links" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"person_id" uuid,
	"digest" text NOT NULL,
	"made_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"outcome" text,
	CONSTRAINT "access_links_digest_unique" UNIQUE("digest")
);
--> statement-breakpoint
ALTER TABLE "person_sessions" ADD CONSTRAINT "person_sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "access_links" ADD CONSTRAINT "access_links_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "person_sessions_by_person" ON "person_sessions" USING btree ("person_id","started_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "access_links_open" ON "access_links" USING btree ("person_id") WHERE "access_links"."settled_at" is null;
--> statement-breakpoint
DO $$
BEGIN
  PERFORM center_govern('person_sessions');
  PERFORM center_govern('access_links');
END $$;
--> statement-breakpoint
-- A password that a tenant's administrator made possible ends when the identity provider shows who the address belongs to.
GRANT DELETE ON person_credentials TO center_writer;
--> statement-breakpoint
GRANT SELECT ON person_sessions TO center_reader;
--> statement-breakpoint
GRANT SELECT (id, kind, person_id, made_by, created_at, expires_at, settled_at, outcome) ON access_links TO center_reader;
