-- Away from safety: requests for a second person, their one approval, second factors and what they proved; emergency rollbacks.
ALTER TABLE "ops_policy" ADD COLUMN "kill_reason" text;
--> statement-breakpoint
CREATE TABLE "loosening_requests" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"digest" text NOT NULL,
	"document" jsonb NOT NULL,
	"reason" text NOT NULL,
	"requested_by" text NOT NULL,
	"requester_proof" text,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"settled_by" text,
	"settled_reason" text,
	CONSTRAINT "loosening_requests_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "loosening_requests_once" UNIQUE("tenant_id","digest")
);
--> statement-breakpoint
CREATE TABLE "loosening_approvals" (
	"tenant_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"approver" text NOT NULL,
	"reason" text NOT NULL,
	"step_up" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "loosening_approvals_tenant_id_request_id_pk" PRIMARY KEY("tenant_id","request_id")
);
--> statement-breakpoint
CREATE TABLE "totp_factors" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"sealed_secret" "bytea" NOT NULL,
	"key_version" integer NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"last_step" bigint NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "step_ups" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"digest" text NOT NULL,
	"proven_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "emergency_rollbacks" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"scope" jsonb NOT NULL,
	"reason" text NOT NULL,
	"ordered_by" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"undo_since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "emergency_rollbacks_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "emergency_items" (
	"tenant_id" uuid NOT NULL,
	"emergency_id" uuid NOT NULL,
	"plugin_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"why" text NOT NULL,
	"attempt_id" uuid,
	"undo_attempt_id" uuid,
	"settled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "emergency_items_tenant_id_emergency_id_plugin_id_pk" PRIMARY KEY("tenant_id","emergency_id","plugin_id")
);
--> statement-breakpoint
ALTER TABLE "loosening_approvals" ADD CONSTRAINT "loosening_approvals_tenant_id_request_id_loosening_requests_tenant_id_id_fk" FOREIGN KEY ("tenant_id","request_id") REFERENCES "public"."loosening_requests"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "totp_factors" ADD CONSTRAINT "totp_factors_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "step_ups" ADD CONSTRAINT "step_ups_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "emergency_items" ADD CONSTRAINT "emergency_items_tenant_id_plugin_id_plugins_tenant_id_id_fk" FOREIGN KEY ("tenant_id","plugin_id") REFERENCES "public"."plugins"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "loosening_requests_waiting" ON "loosening_requests" USING btree ("tenant_id","created_at") WHERE "loosening_requests"."status" = 'awaiting';
--> statement-breakpoint
CREATE INDEX "step_ups_by_digest" ON "step_ups" USING btree ("person_id","digest");
--> statement-breakpoint
CREATE INDEX "emergency_rollbacks_newest" ON "emergency_rollbacks" USING btree ("at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "emergency_items_open" ON "emergency_items" USING btree ("created_at") WHERE "emergency_items"."settled_at" is null;
--> statement-breakpoint
DO $$
BEGIN
  PERFORM center_isolate('loosening_requests');
  PERFORM center_isolate('loosening_approvals');
  PERFORM center_isolate('emergency_rollbacks', 'tenant_id', true);
  PERFORM center_isolate('emergency_items');
  PERFORM center_govern('loosening_approvals', true);
  PERFORM center_govern('loosening_requests');
  PERFORM center_govern('totp_factors');
  PERFORM center_govern('step_ups');
  PERFORM center_govern('emergency_rollbacks', true);
  PERFORM center_govern('emergency_items');
END $$;
--> statement-breakpoint
GRANT SELECT ON loosening_requests, loosening_approvals, emergency_rollbacks, emergency_items TO center_reader;
--> statement-breakpoint
-- Pages say whether somebody has a factor; its secret is for the gateway alone.
GRANT SELECT (person_id, confirmed_at, locked_until) ON totp_factors TO center_reader;
--> statement-breakpoint
GRANT SELECT (id, person_id, digest, proven_at, used_at) ON step_ups TO center_reader;
--> statement-breakpoint
-- The runbook's first statement, by hand, gives no reason; the one that was given before does not speak for it.
CREATE OR REPLACE FUNCTION breakglass_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT public.gateway_is_open() THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
    NEW.updated_by := 'breakglass:' || session_user;
    NEW.kill_reason := CASE WHEN NEW.autopatch_enabled THEN NULL WHEN OLD.autopatch_enabled THEN 'direct update' ELSE OLD.kill_reason END;
  END IF;
  RETURN NEW;
END $$;
