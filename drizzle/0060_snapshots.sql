-- Snapshots of a tenant's data, what they are made of, what was restored from them and how often that was rehearsed; and which versions ran well together.
CREATE TABLE "tenant_snapshots" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"module_key" text,
	"parent_id" uuid,
	"reason" text NOT NULL,
	"note" text NOT NULL,
	"status" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"command_id" uuid,
	"module_version" text,
	"taken_at" timestamp (3) with time zone,
	"sealed_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"chunks" integer DEFAULT 0 NOT NULL,
	"rows" bigint DEFAULT 0 NOT NULL,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"object_refs" integer DEFAULT 0 NOT NULL,
	"digest" text,
	"failure" text,
	CONSTRAINT "tenant_snapshots_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "tenant_snapshots_sealed_has_digest" CHECK ("status" <> 'sealed' OR ("digest" IS NOT NULL AND "taken_at" IS NOT NULL))
);
--> statement-breakpoint
-- What names a tenant's chunks: without this key nobody can tell what is in one, or that two tenants have the same.
CREATE TABLE "snapshot_keys" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"key_version" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "snapshot_chunks" (
	"tenant_id" uuid NOT NULL,
	"digest" text NOT NULL,
	"key_version" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"bytes" integer NOT NULL,
	"touched_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "snapshot_chunks_tenant_id_digest_pk" PRIMARY KEY("tenant_id","digest")
);
--> statement-breakpoint
-- Which chunks a snapshot is made of, in order. How many refer to a chunk is counted here and stands nowhere else.
CREATE TABLE "snapshot_refs" (
	"tenant_id" uuid NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"digest" text NOT NULL,
	"rows" integer NOT NULL,
	"bytes" integer NOT NULL,
	CONSTRAINT "snapshot_refs_tenant_id_snapshot_id_position_pk" PRIMARY KEY("tenant_id","snapshot_id","position")
);
--> statement-breakpoint
CREATE TABLE "snapshot_restores" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"module_key" text,
	"undo_snapshot_id" uuid NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"command_id" uuid,
	"is_equal" boolean,
	"rows" bigint,
	"kept" bigint,
	"detail" text,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "snapshot_restores_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
-- A rehearsal: a snapshot put into a scratch schema and read back. Times in ms; rpo_ms is how old the snapshot was.
CREATE TABLE "restore_drills" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"module_key" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone NOT NULL,
	"is_equal" boolean NOT NULL,
	"rows" bigint NOT NULL,
	"rto_ms" bigint NOT NULL,
	"rpo_ms" bigint NOT NULL,
	"detail" text,
	CONSTRAINT "restore_drills_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
-- Versions of Center and of its modules that ran at the same time; validated once they did so for a while without an incident.
CREATE TABLE "module_releases" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"digest" text NOT NULL,
	"center_version" text NOT NULL,
	"schema_version" text NOT NULL,
	"members" jsonb NOT NULL,
	"status" text NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"validated_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"rolled_back_by" text,
	"rolled_back_at" timestamp (3) with time zone,
	CONSTRAINT "module_releases_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "snapshot_refs" ADD CONSTRAINT "snapshot_refs_tenant_id_snapshot_id_tenant_snapshots_tenant_id_id_fk" FOREIGN KEY ("tenant_id","snapshot_id") REFERENCES "public"."tenant_snapshots"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "snapshot_refs" ADD CONSTRAINT "snapshot_refs_tenant_id_digest_snapshot_chunks_tenant_id_digest_fk" FOREIGN KEY ("tenant_id","digest") REFERENCES "public"."snapshot_chunks"("tenant_id","digest") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "snapshot_restores" ADD CONSTRAINT "snapshot_restores_tenant_id_snapshot_id_tenant_snapshots_tenant_id_id_fk" FOREIGN KEY ("tenant_id","snapshot_id") REFERENCES "public"."tenant_snapshots"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "tenant_snapshots_under_way" ON "tenant_snapshots" USING btree ("requested_at") WHERE "tenant_snapshots"."status" in ('requested', 'taking');
--> statement-breakpoint
CREATE INDEX "tenant_snapshots_newest" ON "tenant_snapshots" USING btree ("tenant_id","module_key","requested_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "tenant_snapshots_by_parent" ON "tenant_snapshots" USING btree ("parent_id") WHERE "tenant_snapshots"."parent_id" is not null;
--> statement-breakpoint
CREATE INDEX "tenant_snapshots_by_expiry" ON "tenant_snapshots" USING btree ("expires_at") WHERE "tenant_snapshots"."status" <> 'expired';
--> statement-breakpoint
CREATE INDEX "snapshot_refs_by_chunk" ON "snapshot_refs" USING btree ("tenant_id","digest");
--> statement-breakpoint
CREATE INDEX "snapshot_chunks_by_touch" ON "snapshot_chunks" USING btree ("touched_at");
--> statement-breakpoint
CREATE INDEX "snapshot_restores_under_way" ON "snapshot_restores" USING btree ("requested_at") WHERE "snapshot_restores"."status" in ('saving', 'ordered');
--> statement-breakpoint
CREATE INDEX "snapshot_restores_newest" ON "snapshot_restores" USING btree ("tenant_id","requested_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "restore_drills_newest" ON "restore_drills" USING btree ("tenant_id","module_key","finished_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "module_releases_newest" ON "module_releases" USING btree ("tenant_id","seen_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE UNIQUE INDEX "module_releases_one_current" ON "module_releases" USING btree ("tenant_id") WHERE "module_releases"."ended_at" is null;
--> statement-breakpoint
DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['tenant_snapshots', 'snapshot_keys', 'snapshot_chunks', 'snapshot_refs', 'snapshot_restores', 'restore_drills', 'module_releases'] LOOP
    PERFORM center_isolate(v_table::regclass);
  END LOOP;
  FOREACH v_table IN ARRAY ARRAY['tenant_snapshots', 'snapshot_keys', 'snapshot_chunks', 'snapshot_refs', 'snapshot_restores', 'module_releases'] LOOP
    PERFORM center_govern(v_table::regclass);
  END LOOP;
  PERFORM center_govern('restore_drills'::regclass, true);
END $$;
--> statement-breakpoint
GRANT SELECT ON tenant_snapshots, snapshot_keys, snapshot_chunks, snapshot_refs, snapshot_restores, restore_drills, module_releases TO center_reader;
--> statement-breakpoint
-- An expired snapshot lets go of its chunks, and a chunk that nothing refers to goes.
GRANT DELETE ON snapshot_refs, snapshot_chunks TO center_writer;
