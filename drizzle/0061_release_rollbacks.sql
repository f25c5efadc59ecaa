-- Going back to a set of versions that ran well: who asked, why, and what became of it in each module.
CREATE TABLE "release_rollbacks" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"release_id" uuid NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"items" jsonb NOT NULL,
	CONSTRAINT "release_rollbacks_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "release_rollbacks" ADD CONSTRAINT "release_rollbacks_tenant_id_release_id_module_releases_tenant_id_id_fk" FOREIGN KEY ("tenant_id","release_id") REFERENCES "public"."module_releases"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "release_rollbacks_newest" ON "release_rollbacks" USING btree ("tenant_id","requested_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE UNIQUE INDEX "release_rollbacks_one_open" ON "release_rollbacks" USING btree ("tenant_id") WHERE "release_rollbacks"."status" = 'ordered';
--> statement-breakpoint
SELECT center_isolate('release_rollbacks'::regclass);
--> statement-breakpoint
SELECT center_govern('release_rollbacks'::regclass);
--> statement-breakpoint
GRANT SELECT ON release_rollbacks TO center_reader;
