CREATE TABLE "artifacts" (
	"sha256" text PRIMARY KEY NOT NULL,
	"bytes" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "autopatch_attempt_events" (
	"tenant_id" uuid NOT NULL,
	"attempt_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"from_status" text,
	"to_status" text NOT NULL,
	"phase" text NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"detail" jsonb NOT NULL,
	CONSTRAINT "autopatch_attempt_events_tenant_id_attempt_id_id_pk" PRIMARY KEY("tenant_id","attempt_id","id")
);
--> statement-breakpoint
CREATE TABLE "plugin_autopatch_attempts" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"decision_id" uuid,
	"plan_digest" text NOT NULL,
	"from_version" text NOT NULL,
	"to_version" text,
	"method" text NOT NULL,
	"status" text NOT NULL,
	"phase" text NOT NULL,
	"category" text NOT NULL,
	"is_automatic" boolean NOT NULL,
	"requested_by" text NOT NULL,
	"staging_report" jsonb,
	"health_report" jsonb,
	"baseline" jsonb,
	"end_reason" text,
	"needs_person" boolean DEFAULT false NOT NULL,
	"is_extended" boolean DEFAULT false NOT NULL,
	"revert_reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone,
	CONSTRAINT "plugin_autopatch_attempts_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "plugin_autopatch_attempts_once" UNIQUE("tenant_id","plan_digest","plugin_id")
);
--> statement-breakpoint
CREATE TABLE "plan_approvals" (
	"tenant_id" uuid NOT NULL,
	"plan_digest" text NOT NULL,
	"approver" text NOT NULL,
	"reason" text NOT NULL,
	"envelope" jsonb,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plan_approvals_tenant_id_plan_digest_approver_pk" PRIMARY KEY("tenant_id","plan_digest","approver")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"tenant_id" uuid NOT NULL,
	"digest" text NOT NULL,
	"incident_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"document" jsonb NOT NULL,
	"bytes" "bytea" NOT NULL,
	"config" jsonb,
	"requested_by" text NOT NULL,
	"required_signatures" integer NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plans_tenant_id_digest_pk" PRIMARY KEY("tenant_id","digest")
);
--> statement-breakpoint
CREATE TABLE "plugin_agent_commands" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"attempt_id" uuid,
	"type" text NOT NULL,
	"ref" uuid,
	"payload" jsonb NOT NULL,
	"envelope" jsonb NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"offered_at" timestamp (3) with time zone,
	"applied_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"result" jsonb,
	"result_digest" text,
	CONSTRAINT "plugin_agent_commands_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "plugin_releases" (
	"id" uuid PRIMARY KEY NOT NULL,
	"plugin_key" text NOT NULL,
	"version" text NOT NULL,
	"channel" text NOT NULL,
	"sha256" text NOT NULL,
	"length" integer NOT NULL,
	"schema_effect" text NOT NULL,
	"fixes" text[] NOT NULL,
	"manifest" jsonb NOT NULL,
	"author" text NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plugin_releases_plugin_key_version_unique" UNIQUE("plugin_key","version")
);
--> statement-breakpoint
CREATE TABLE "incident_events" (
	"tenant_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"summary" text NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "incident_events_tenant_id_incident_id_id_pk" PRIMARY KEY("tenant_id","incident_id","id")
);
--> statement-breakpoint
CREATE TABLE "plugin_incidents" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"plugin_key" text NOT NULL,
	"type" text NOT NULL,
	"cause" text NOT NULL,
	"severity" text NOT NULL,
	"status" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"detected_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"resolved_by" text,
	"escalated_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"value" double precision NOT NULL,
	"finding" jsonb NOT NULL,
	"telemetry_snapshot" jsonb NOT NULL,
	"sira_decision" jsonb,
	"permit" jsonb,
	"decision_id" uuid,
	"plan_digest" text,
	"clear_streak" integer DEFAULT 0 NOT NULL,
	"reopened_count" integer DEFAULT 0 NOT NULL,
	"acknowledged_by" text,
	"acknowledged_at" timestamp (3) with time zone,
	"assigned_to" text,
	"decide_at" timestamp (3) with time zone,
	CONSTRAINT "plugin_incidents_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "sira_decisions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"source" text NOT NULL,
	"request" jsonb NOT NULL,
	"decision" jsonb NOT NULL,
	"permit_input" jsonb NOT NULL,
	"permit" jsonb NOT NULL,
	CONSTRAINT "sira_decisions_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "sira_learning_feedback" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"attempt_id" uuid,
	"decision_id" uuid,
	"input" jsonb,
	"output" jsonb,
	"outcome" text NOT NULL,
	"detail" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sira_learning_feedback_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"event" text NOT NULL,
	"body" text NOT NULL,
	"is_urgent" boolean NOT NULL,
	"status" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"sealed_secret" "bytea" NOT NULL,
	"key_version" integer NOT NULL,
	"is_disabled" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "webhook_endpoints_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"roles" text[] DEFAULT '{}'::text[] NOT NULL,
	"tenants" text[] DEFAULT '{}'::text[] NOT NULL,
	"is_disabled" boolean DEFAULT false NOT NULL,
	"sessions_valid_from" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "people_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "person_credentials" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"password_hash" text NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "detection_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"is_enabled" boolean NOT NULL,
	"params" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ops_policy" (
	"id" integer PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"autopatch_enabled" boolean NOT NULL,
	"whitelist" text[] NOT NULL,
	"severity_threshold" text NOT NULL,
	"confidence_threshold" double precision NOT NULL,
	"required_signatures" integer NOT NULL,
	"staging_required" boolean NOT NULL,
	"health_check_seconds" integer NOT NULL,
	"rollback_error_threshold" double precision NOT NULL,
	"attempts_per_incident" integer NOT NULL,
	"attempts_per_plugin_per_day" integer NOT NULL,
	"storm_share" double precision NOT NULL,
	"windows" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "ops_policy_one_row" CHECK ("ops_policy"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "safety_switches" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"scope" text NOT NULL,
	"target_id" uuid,
	"name" text NOT NULL,
	"is_on" boolean NOT NULL,
	"reason" text NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "safety_switches_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "safety_switches_once" UNIQUE NULLS NOT DISTINCT("tenant_id","scope","target_id","name")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint,
	"at" timestamp (3) with time zone NOT NULL,
	"tenant_id" uuid,
	"actor" text NOT NULL,
	"on_behalf_of" text,
	"command" text NOT NULL,
	"outcome" text NOT NULL,
	"subject" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"reason" text,
	"trace_id" text NOT NULL,
	"leaf_hash" "bytea",
	"xid" "xid8" NOT NULL,
	CONSTRAINT "audit_entries_seq_unique" UNIQUE("seq")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"actor" text NOT NULL,
	"key" text NOT NULL,
	"command" text NOT NULL,
	"request_digest" text NOT NULL,
	"answer" json,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_actor_key_pk" PRIMARY KEY("actor","key")
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"payload" jsonb NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"dispatched_at" timestamp (3) with time zone,
	CONSTRAINT "outbox_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"keyid" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"public_key" text NOT NULL,
	"sealed_private" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"retired_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "work_leases" (
	"tenant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"owner" text NOT NULL,
	"lease_until" timestamp (3) with time zone NOT NULL,
	"fence" bigint NOT NULL,
	CONSTRAINT "work_leases_tenant_id_kind_subject_id_pk" PRIMARY KEY("tenant_id","kind","subject_id")
);
--> statement-breakpoint
CREATE TABLE "ingest_batches" (
	"process_id" uuid NOT NULL,
	"batch_no" bigint NOT NULL,
	"committed_at" timestamp (3) with time zone NOT NULL,
	"beats" integer NOT NULL,
	"first_received_at" timestamp (3) with time zone NOT NULL,
	"last_received_at" timestamp (3) with time zone NOT NULL,
	"digest" "bytea" NOT NULL,
	CONSTRAINT "ingest_batches_process_id_batch_no_pk" PRIMARY KEY("process_id","batch_no")
);
--> statement-breakpoint
CREATE TABLE "ingest_seals" (
	"process_id" uuid PRIMARY KEY NOT NULL,
	"sealed_batch_no" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"beats" bigint NOT NULL,
	"sealed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plugin_heartbeats" (
	"tenant_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"id" uuid NOT NULL,
	"webhook_id" text NOT NULL,
	"boot_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"running_version" text NOT NULL,
	"disk_version" text NOT NULL,
	"is_active" boolean NOT NULL,
	"telemetry" jsonb NOT NULL,
	"errors" jsonb NOT NULL,
	"body_sha256" "bytea" NOT NULL,
	"process_id" uuid NOT NULL,
	"batch_no" bigint NOT NULL,
	CONSTRAINT "plugin_heartbeats_tenant_id_plugin_id_received_at_id_pk" PRIMARY KEY("tenant_id","plugin_id","received_at","id")
) PARTITION BY RANGE ("received_at");
--> statement-breakpoint
CREATE TABLE "plugin_state" (
	"tenant_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"last_seen" timestamp (3) with time zone NOT NULL,
	"boot_id" uuid NOT NULL,
	"booted_at" timestamp (3) with time zone NOT NULL,
	"seq" bigint NOT NULL,
	"running_version" text NOT NULL,
	"disk_version" text NOT NULL,
	"is_active" boolean NOT NULL,
	"platform" jsonb NOT NULL,
	"capabilities" text[] NOT NULL,
	"telemetry" jsonb NOT NULL,
	"errors" jsonb NOT NULL,
	"recent_ids" text[] NOT NULL,
	"older_ids" text[] DEFAULT '{}'::text[] NOT NULL,
	"ring_since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"beats" bigint NOT NULL,
	CONSTRAINT "plugin_state_tenant_id_plugin_id_pk" PRIMARY KEY("tenant_id","plugin_id")
);
--> statement-breakpoint
CREATE TABLE "modules" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"module_key" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "modules_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "modules_tenant_id_module_key_unique" UNIQUE("tenant_id","module_key")
);
--> statement-breakpoint
CREATE TABLE "plugin_secrets" (
	"tenant_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"key_version" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	CONSTRAINT "plugin_secrets_tenant_id_plugin_id_version_pk" PRIMARY KEY("tenant_id","plugin_id","version")
);
--> statement-breakpoint
CREATE TABLE "plugins" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"plugin_key" text NOT NULL,
	"version" text NOT NULL,
	"channel" text DEFAULT 'stable' NOT NULL,
	"probe_url" text,
	"payment_volume" double precision DEFAULT 0 NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"last_good_version" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plugins_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tenant_keys" (
	"tenant_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "tenant_keys_tenant_id_version_pk" PRIMARY KEY("tenant_id","version")
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"locale" text DEFAULT 'en' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"is_disabled" boolean DEFAULT false NOT NULL,
	CONSTRAINT "tenants_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
ALTER TABLE "autopatch_attempt_events" ADD CONSTRAINT "autopatch_attempt_events_tenant_id_attempt_id_plugin_autopatch_attempts_tenant_id_id_fk" FOREIGN KEY ("tenant_id","attempt_id") REFERENCES "public"."plugin_autopatch_attempts"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_autopatch_attempts" ADD CONSTRAINT "plugin_autopatch_attempts_tenant_id_incident_id_plugin_incidents_tenant_id_id_fk" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."plugin_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_autopatch_attempts" ADD CONSTRAINT "plugin_autopatch_attempts_tenant_id_plan_digest_plans_tenant_id_digest_fk" FOREIGN KEY ("tenant_id","plan_digest") REFERENCES "public"."plans"("tenant_id","digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_approvals" ADD CONSTRAINT "plan_approvals_tenant_id_plan_digest_plans_tenant_id_digest_fk" FOREIGN KEY ("tenant_id","plan_digest") REFERENCES "public"."plans"("tenant_id","digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_tenant_id_incident_id_plugin_incidents_tenant_id_id_fk" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."plugin_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_agent_commands" ADD CONSTRAINT "plugin_agent_commands_tenant_id_plugin_id_plugins_tenant_id_id_fk" FOREIGN KEY ("tenant_id","plugin_id") REFERENCES "public"."plugins"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_events" ADD CONSTRAINT "incident_events_tenant_id_incident_id_plugin_incidents_tenant_id_id_fk" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."plugin_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_incidents" ADD CONSTRAINT "plugin_incidents_tenant_id_plugin_id_plugins_tenant_id_id_fk" FOREIGN KEY ("tenant_id","plugin_id") REFERENCES "public"."plugins"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sira_decisions" ADD CONSTRAINT "sira_decisions_tenant_id_incident_id_plugin_incidents_tenant_id_id_fk" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."plugin_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sira_learning_feedback" ADD CONSTRAINT "sira_learning_feedback_tenant_id_incident_id_plugin_incidents_tenant_id_id_fk" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."plugin_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_tenant_id_endpoint_id_webhook_endpoints_tenant_id_id_fk" FOREIGN KEY ("tenant_id","endpoint_id") REFERENCES "public"."webhook_endpoints"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_credentials" ADD CONSTRAINT "person_credentials_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "modules" ADD CONSTRAINT "modules_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_secrets" ADD CONSTRAINT "plugin_secrets_tenant_id_plugin_id_plugins_tenant_id_id_fk" FOREIGN KEY ("tenant_id","plugin_id") REFERENCES "public"."plugins"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugins" ADD CONSTRAINT "plugins_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_keys" ADD CONSTRAINT "tenant_keys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "plugin_autopatch_attempts_one_live" ON "plugin_autopatch_attempts" USING btree ("tenant_id","plugin_id") WHERE "plugin_autopatch_attempts"."phase" <> 'done';--> statement-breakpoint
CREATE INDEX "plugin_autopatch_attempts_page" ON "plugin_autopatch_attempts" USING btree ("tenant_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "plugin_autopatch_attempts_newest" ON "plugin_autopatch_attempts" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "plugin_autopatch_attempts_by_incident" ON "plugin_autopatch_attempts" USING btree ("tenant_id","incident_id");--> statement-breakpoint
CREATE INDEX "plugin_autopatch_attempts_due" ON "plugin_autopatch_attempts" USING btree ("due_at") WHERE "plugin_autopatch_attempts"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "plans_by_incident" ON "plans" USING btree ("tenant_id","incident_id");--> statement-breakpoint
CREATE UNIQUE INDEX "plugin_agent_commands_one_in_flight" ON "plugin_agent_commands" USING btree ("tenant_id","plugin_id") WHERE "plugin_agent_commands"."status" in ('pending', 'offered', 'applied') and "plugin_agent_commands"."type" not in ('rollback', 'commit', 'ping');--> statement-breakpoint
CREATE INDEX "plugin_agent_commands_waiting" ON "plugin_agent_commands" USING btree ("tenant_id","plugin_id") WHERE "plugin_agent_commands"."status" in ('pending', 'offered', 'applied');--> statement-breakpoint
CREATE INDEX "plugin_agent_commands_by_attempt" ON "plugin_agent_commands" USING btree ("tenant_id","attempt_id");--> statement-breakpoint
CREATE UNIQUE INDEX "plugin_incidents_one_live" ON "plugin_incidents" USING btree ("tenant_id","plugin_id","cause") WHERE "plugin_incidents"."status" not in ('resolved', 'closed');--> statement-breakpoint
CREATE INDEX "plugin_incidents_page" ON "plugin_incidents" USING btree ("tenant_id","opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "plugin_incidents_newest" ON "plugin_incidents" USING btree ("opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "plugin_incidents_by_status" ON "plugin_incidents" USING btree ("tenant_id","status","opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "plugin_incidents_due" ON "plugin_incidents" USING btree ("decide_at") WHERE "plugin_incidents"."decide_at" is not null;--> statement-breakpoint
CREATE INDEX "sira_decisions_by_incident" ON "sira_decisions" USING btree ("tenant_id","incident_id","at");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("next_attempt_at") WHERE "webhook_deliveries"."status" = 'waiting';--> statement-breakpoint
CREATE INDEX "audit_entries_by_xid" ON "audit_entries" USING btree ("xid");--> statement-breakpoint
CREATE INDEX "audit_entries_by_tenant" ON "audit_entries" USING btree ("tenant_id","at");--> statement-breakpoint
CREATE INDEX "audit_entries_by_subject" ON "audit_entries" USING btree ("subject","at");--> statement-breakpoint
CREATE INDEX "outbox_by_id" ON "outbox" USING btree ("id");--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("id") WHERE "outbox"."dispatched_at" is null;--> statement-breakpoint
CREATE INDEX "plugin_heartbeats_by_batch" ON "plugin_heartbeats" USING btree ("process_id","batch_no");--> statement-breakpoint
CREATE INDEX "plugin_state_by_last_seen" ON "plugin_state" USING btree ("last_seen");--> statement-breakpoint
CREATE INDEX "plugins_by_id" ON "plugins" USING btree ("id");