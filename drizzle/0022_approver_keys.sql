-- Approvers' own signing keys (public halves), the documents by which agents learn of them, and who signed what.
CREATE TABLE "approver_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"keyid" text NOT NULL,
	"public_key" text NOT NULL,
	"person_id" uuid NOT NULL,
	"approver" text NOT NULL,
	"made_in" text NOT NULL,
	"proof" jsonb NOT NULL,
	"status" text NOT NULL,
	"enrolled_at" timestamp (3) with time zone NOT NULL,
	"vouched_at" timestamp (3) with time zone,
	"vouched_by" text,
	"vouched_reason" text,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" text,
	"revoked_reason" text,
	CONSTRAINT "approver_keys_keyid_unique" UNIQUE("keyid")
);
--> statement-breakpoint
CREATE TABLE "trust_documents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	"digest" text NOT NULL,
	"threshold" integer NOT NULL,
	"status" text NOT NULL,
	"envelope" jsonb,
	"proposed_by" text NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"settled_by" text,
	"settled_reason" text
);
--> statement-breakpoint
CREATE TABLE "trust_signatures" (
	"document_id" uuid NOT NULL,
	"keyid" text NOT NULL,
	"approver" text NOT NULL,
	"sig" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "trust_signatures_document_id_approver_pk" PRIMARY KEY("document_id","approver"),
	CONSTRAINT "trust_signatures_one_key" UNIQUE("document_id","keyid")
);
--> statement-breakpoint
ALTER TABLE "plan_approvals" ADD COLUMN "keyid" text;
--> statement-breakpoint
-- One key is one pair of eyes, whoever the row says it belongs to.
ALTER TABLE "plan_approvals" ADD CONSTRAINT "plan_approvals_one_key" UNIQUE("tenant_id","plan_digest","keyid");
--> statement-breakpoint
ALTER TABLE "approver_keys" ADD CONSTRAINT "approver_keys_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "trust_signatures" ADD CONSTRAINT "trust_signatures_document_id_trust_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."trust_documents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "approver_keys_by_person" ON "approver_keys" USING btree ("person_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "trust_documents_one_waiting" ON "trust_documents" USING btree ("status") WHERE "trust_documents"."status" in ('awaiting', 'in_force');
--> statement-breakpoint
CREATE UNIQUE INDEX "trust_documents_one_of_a_version" ON "trust_documents" USING btree ("version") WHERE "trust_documents"."status" in ('in_force', 'superseded');
--> statement-breakpoint
DO $$
BEGIN
  PERFORM center_govern('approver_keys');
  PERFORM center_govern('trust_documents');
  PERFORM center_govern('trust_signatures', true);
END $$;
--> statement-breakpoint
GRANT SELECT ON approver_keys, trust_documents, trust_signatures TO center_reader;
