-- Support mode: who looks, from which of their browser sessions, at whose view, why and until when. While one is open that session can only read.
CREATE TABLE "support_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"session_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"target_person" uuid,
	"target_tenant" uuid,
	"reason" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text,
	CONSTRAINT "support_sessions_one_target" CHECK (("target_person" is null) <> ("target_tenant" is null)),
	CONSTRAINT "support_sessions_bounded" CHECK ("ends_at" <= "started_at" + interval '30 minutes')
);
--> statement-breakpoint
ALTER TABLE "support_sessions" ADD CONSTRAINT "support_sessions_session_id_person_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."person_sessions"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "support_sessions" ADD CONSTRAINT "support_sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "support_sessions" ADD CONSTRAINT "support_sessions_target_person_people_id_fk" FOREIGN KEY ("target_person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "support_sessions_one_open" ON "support_sessions" USING btree ("session_id") WHERE "support_sessions"."ended_at" is null;
--> statement-breakpoint
CREATE INDEX "support_sessions_of_person" ON "support_sessions" USING btree ("target_person","started_at" DESC NULLS LAST) WHERE "support_sessions"."target_person" is not null;
--> statement-breakpoint
CREATE INDEX "support_sessions_of_tenant" ON "support_sessions" USING btree ("target_tenant","started_at" DESC NULLS LAST) WHERE "support_sessions"."target_tenant" is not null;
--> statement-breakpoint
SELECT center_govern('support_sessions'::regclass);
--> statement-breakpoint
GRANT SELECT ON support_sessions TO center_reader;
