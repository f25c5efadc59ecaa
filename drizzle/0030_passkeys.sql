-- Passkeys beside authenticator apps: their public halves, the questions that they are asked, and by what a step-up was shown.
CREATE TABLE "passkeys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] DEFAULT '{}'::text[] NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"suspended_at" timestamp (3) with time zone,
	CONSTRAINT "passkeys_credential_id_unique" UNIQUE("credential_id")
);
--> statement-breakpoint
CREATE TABLE "passkey_challenges" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"digest" text NOT NULL,
	"nonce" "bytea" NOT NULL,
	"is_proven" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "step_ups" ADD COLUMN "method" text DEFAULT 'totp' NOT NULL;
--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "passkey_challenges" ADD CONSTRAINT "passkey_challenges_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "passkeys_by_person" ON "passkeys" USING btree ("person_id");
--> statement-breakpoint
CREATE INDEX "passkey_challenges_by_person" ON "passkey_challenges" USING btree ("person_id","created_at");
--> statement-breakpoint
DO $$
BEGIN
  PERFORM center_govern('passkeys');
  PERFORM center_govern('passkey_challenges');
END $$;
--> statement-breakpoint
-- A passkey that is removed is gone; a question that was answered, or grew old, is asked no more.
GRANT DELETE ON passkeys, passkey_challenges TO center_writer;
--> statement-breakpoint
-- Pages list somebody's passkeys by name; keys, counters and questions are for the gateway alone.
GRANT SELECT (id, person_id, name, created_at, last_used_at, suspended_at) ON passkeys TO center_reader;
--> statement-breakpoint
GRANT SELECT (method) ON step_ups TO center_reader;
