-- Whether healing itself works: a module of Center's own is broken on a schedule, and each step of its healing is timed here.
CREATE TABLE "heal_proofs" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"began_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"incident_id" uuid,
	"detect_ms" integer,
	"decide_ms" integer,
	"apply_ms" integer,
	"heal_ms" integer,
	"contain_ms" integer,
	"roll_back_ms" integer,
	"digest_before" text,
	"digest_after" text,
	"why" text,
	CONSTRAINT "heal_proofs_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE INDEX "heal_proofs_newest" ON "heal_proofs" USING btree ("tenant_id","began_at" DESC NULLS LAST);
--> statement-breakpoint
SELECT center_isolate('heal_proofs'::regclass);
--> statement-breakpoint
SELECT center_govern('heal_proofs'::regclass);
--> statement-breakpoint
GRANT SELECT ON heal_proofs TO center_reader;
