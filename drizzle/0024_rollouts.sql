-- Rollouts as governed objects: the release on its way, its waves and members, recalls with their items, and when merchants may be changed.
CREATE TABLE "rollouts" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"release_id" uuid NOT NULL,
	"plugin_key" text NOT NULL,
	"version" text NOT NULL,
	"state" text NOT NULL,
	"paused_from" text,
	"wave" integer NOT NULL,
	"rules" jsonb NOT NULL,
	"rehearsals" jsonb NOT NULL,
	"waits_for" jsonb NOT NULL,
	"reason" text NOT NULL,
	"state_reason" text,
	"started_by" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone,
	CONSTRAINT "rollouts_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "rollout_waves" (
	"tenant_id" uuid NOT NULL,
	"rollout_id" uuid NOT NULL,
	"wave" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"counted_until" timestamp (3) with time zone NOT NULL,
	"canary" jsonb NOT NULL,
	"verdict" jsonb,
	"proven_at" timestamp (3) with time zone,
	"proven_by" text,
	"proven_reason" text,
	CONSTRAINT "rollout_waves_tenant_id_rollout_id_wave_pk" PRIMARY KEY("tenant_id","rollout_id","wave")
);
--> statement-breakpoint
CREATE TABLE "rollout_members" (
	"tenant_id" uuid NOT NULL,
	"rollout_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"wave" integer NOT NULL,
	"state" text NOT NULL,
	"attempt_id" uuid,
	"tries" integer NOT NULL,
	"why" text,
	"is_late" boolean NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rollout_members_tenant_id_rollout_id_plugin_id_pk" PRIMARY KEY("tenant_id","rollout_id","plugin_id")
);
--> statement-breakpoint
CREATE TABLE "release_recalls" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"release_id" uuid NOT NULL,
	"rollout_id" uuid,
	"plugin_key" text NOT NULL,
	"version" text NOT NULL,
	"reason" text NOT NULL,
	"ordered_by" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"cleared_at" timestamp (3) with time zone,
	CONSTRAINT "release_recalls_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "recall_items" (
	"tenant_id" uuid NOT NULL,
	"recall_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"state" text NOT NULL,
	"to_version" text,
	"attempt_id" uuid,
	"why" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "recall_items_tenant_id_recall_id_plugin_id_pk" PRIMARY KEY("tenant_id","recall_id","plugin_id")
);
--> statement-breakpoint
CREATE TABLE "tenant_calendars" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"time_zone" text NOT NULL,
	"windows" jsonb NOT NULL,
	"quiet" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "change_freezes" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	"lifted_at" timestamp (3) with time zone,
	"lifted_by" text,
	CONSTRAINT "change_freezes_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "rollout_waves" ADD CONSTRAINT "rollout_waves_tenant_id_rollout_id_rollouts_tenant_id_id_fk" FOREIGN KEY ("tenant_id","rollout_id") REFERENCES "public"."rollouts"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "rollout_members" ADD CONSTRAINT "rollout_members_tenant_id_plugin_id_plugins_tenant_id_id_fk" FOREIGN KEY ("tenant_id","plugin_id") REFERENCES "public"."plugins"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "recall_items" ADD CONSTRAINT "recall_items_tenant_id_plugin_id_plugins_tenant_id_id_fk" FOREIGN KEY ("tenant_id","plugin_id") REFERENCES "public"."plugins"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "rollouts_one_live" ON "rollouts" USING btree ("tenant_id","plugin_key") WHERE "rollouts"."state" in ('staging', 'running', 'holding', 'paused');
--> statement-breakpoint
CREATE INDEX "rollouts_newest" ON "rollouts" USING btree ("tenant_id","started_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "rollouts_due" ON "rollouts" USING btree ("due_at") WHERE "rollouts"."due_at" is not null;
--> statement-breakpoint
CREATE INDEX "rollout_members_by_wave" ON "rollout_members" USING btree ("rollout_id","wave","state");
--> statement-breakpoint
CREATE UNIQUE INDEX "release_recalls_once" ON "release_recalls" USING btree ("tenant_id","release_id") WHERE "release_recalls"."kind" = 'recall';
--> statement-breakpoint
CREATE INDEX "release_recalls_newest" ON "release_recalls" USING btree ("tenant_id","at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "recall_items_open" ON "recall_items" USING btree ("recall_id") WHERE "recall_items"."state" in ('waiting', 'undoing');
--> statement-breakpoint
CREATE INDEX "change_freezes_open" ON "change_freezes" USING btree ("ends_at");
--> statement-breakpoint
-- A rollout's attempt answers to no incident: it says whose it is instead.
ALTER TABLE "plans" ALTER COLUMN "incident_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "plugin_autopatch_attempts" ALTER COLUMN "incident_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "plugin_autopatch_attempts" ADD COLUMN "rollout_id" uuid;
--> statement-breakpoint
CREATE INDEX "plugin_autopatch_attempts_by_rollout" ON "plugin_autopatch_attempts" USING btree ("rollout_id") WHERE "plugin_autopatch_attempts"."rollout_id" is not null;
--> statement-breakpoint
SELECT center_isolate('rollouts'::regclass), center_isolate('rollout_waves'::regclass), center_isolate('rollout_members'::regclass),
  center_isolate('release_recalls'::regclass), center_isolate('recall_items'::regclass), center_isolate('tenant_calendars'::regclass),
  center_isolate('change_freezes'::regclass, 'tenant_id', true);
--> statement-breakpoint
SELECT center_govern('rollouts'::regclass), center_govern('rollout_waves'::regclass), center_govern('rollout_members'::regclass),
  center_govern('release_recalls'::regclass), center_govern('recall_items'::regclass), center_govern('tenant_calendars'::regclass),
  center_govern('change_freezes'::regclass);
--> statement-breakpoint
GRANT SELECT ON rollouts, rollout_waves, rollout_members, release_recalls, recall_items, tenant_calendars, change_freezes TO center_reader;
