-- SIRA's models by the name of their content, who put which in force, and how much of the learning is allowed.
CREATE TABLE "sira_models" (
	"tenant_id" uuid NOT NULL,
	"version" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"document" jsonb NOT NULL,
	"trained" jsonb NOT NULL,
	"shadow" jsonb NOT NULL,
	CONSTRAINT "sira_models_tenant_id_version_pk" PRIMARY KEY("tenant_id","version")
);
--> statement-breakpoint
CREATE TABLE "sira_promotions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"version" text NOT NULL,
	"from_version" text NOT NULL,
	"kind" text NOT NULL,
	"by" text NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "sira_promotions_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "sira_settings" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"active_version" text NOT NULL,
	"holdout_share" double precision NOT NULL,
	"holdout_stopped" text,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "sira_promotions_newest" ON "sira_promotions" USING btree ("tenant_id","at");
--> statement-breakpoint
-- How long a success was to be watched, and what the plugin was like when the watch began; null where there is nothing to watch.
ALTER TABLE "sira_learning_feedback" ADD COLUMN "watch" jsonb;
--> statement-breakpoint
CREATE INDEX "sira_learning_feedback_newest" ON "sira_learning_feedback" USING btree ("at");
--> statement-breakpoint
CREATE INDEX "sira_learning_feedback_by_incident" ON "sira_learning_feedback" USING btree ("tenant_id","incident_id","at");
--> statement-breakpoint
CREATE INDEX "sira_decisions_newest" ON "sira_decisions" USING btree ("at");
--> statement-breakpoint
INSERT INTO sira_settings (tenant_id, active_version, holdout_share, updated_at, updated_by)
VALUES ('00000000-0000-0000-0000-000000000000', 'sira-v0', 0, now(), 'system:migrate');
--> statement-breakpoint
SELECT center_isolate('sira_models'::regclass), center_isolate('sira_promotions'::regclass), center_isolate('sira_settings'::regclass);
--> statement-breakpoint
SELECT center_govern('sira_models'::regclass, true), center_govern('sira_promotions'::regclass, true), center_govern('sira_settings'::regclass);
--> statement-breakpoint
GRANT SELECT ON sira_models, sira_promotions, sira_settings TO center_reader;
