-- Who is on call for what, each call that was made, and the client certificate that a plugin must show.
CREATE TABLE "on_call_orders" (
	"tenant_id" uuid NOT NULL,
	"area" text NOT NULL,
	"severity" text NOT NULL,
	"people" uuid[] NOT NULL,
	"ack_minutes" integer NOT NULL,
	"repage_minutes" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "on_call_orders_tenant_id_area_severity_pk" PRIMARY KEY("tenant_id","area","severity")
);
--> statement-breakpoint
CREATE TABLE "incident_pages" (
	"tenant_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"episode" integer NOT NULL,
	"step" integer NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"person_id" uuid,
	"delivery_id" uuid,
	CONSTRAINT "incident_pages_tenant_id_incident_id_episode_step_pk" PRIMARY KEY("tenant_id","incident_id","episode","step")
);
--> statement-breakpoint
ALTER TABLE "incident_pages" ADD CONSTRAINT "incident_pages_tenant_id_incident_id_plugin_incidents_tenant_id_id_fk" FOREIGN KEY ("tenant_id","incident_id") REFERENCES "public"."plugin_incidents"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Asked for every few seconds: what still waits for a person.
CREATE INDEX "plugin_incidents_unowned" ON "plugin_incidents" USING btree ("severity","opened_at") WHERE "plugin_incidents"."acknowledged_at" is null and "plugin_incidents"."status" not in ('resolved', 'closed');
--> statement-breakpoint
ALTER TABLE "plugins" ADD COLUMN "client_spki" text;
--> statement-breakpoint
SELECT center_isolate('on_call_orders'::regclass), center_isolate('incident_pages'::regclass);
--> statement-breakpoint
SELECT center_govern('on_call_orders'::regclass), center_govern('incident_pages'::regclass, true);
--> statement-breakpoint
GRANT SELECT ON on_call_orders, incident_pages TO center_reader;
