-- The platform's own modules: the service behind each, how it proves who it is, its newest word, the commands it is sent, and its signals.
CREATE TABLE "module_services" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"module_key" text NOT NULL,
	"title" text NOT NULL,
	"criticality" text NOT NULL,
	"manifest" jsonb,
	"manifest_digest" text,
	"running_version" text,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "module_services_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "module_services_tenant_id_module_key_unique" UNIQUE("tenant_id","module_key")
);
--> statement-breakpoint
CREATE TABLE "module_secrets" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"key_version" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	CONSTRAINT "module_secrets_tenant_id_module_id_version_pk" PRIMARY KEY("tenant_id","module_id","version")
);
--> statement-breakpoint
-- Bearer tokens for signals alone, for what cannot sign a body. Only their digests are here.
CREATE TABLE "module_tokens" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"sha256" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "module_tokens_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "module_tokens_tenant_id_sha256_unique" UNIQUE("tenant_id","sha256")
);
--> statement-breakpoint
CREATE TABLE "module_service_state" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"last_seen" timestamp (3) with time zone NOT NULL,
	"boot_id" uuid NOT NULL,
	"previous_boot_id" uuid,
	"booted_at" timestamp (3) with time zone NOT NULL,
	"seq" bigint NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"running_version" text NOT NULL,
	"manifest_digest" text,
	"health" jsonb NOT NULL,
	"queue" jsonb NOT NULL,
	"flags" jsonb NOT NULL,
	"modes" jsonb NOT NULL,
	"recent_ids" text[] NOT NULL,
	"older_ids" text[] DEFAULT '{}'::text[] NOT NULL,
	"ring_since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"beats" bigint NOT NULL,
	CONSTRAINT "module_service_state_tenant_id_module_id_pk" PRIMARY KEY("tenant_id","module_id")
);
--> statement-breakpoint
CREATE TABLE "module_commands" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"module_key" text NOT NULL,
	"type" text NOT NULL,
	"ref" uuid,
	"payload" jsonb NOT NULL,
	"envelope" jsonb NOT NULL,
	"plan_digest" text,
	"fence" bigint NOT NULL,
	"status" text NOT NULL,
	"requested_by" text NOT NULL,
	"reason" text NOT NULL,
	"traceparent" text,
	"not_before" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"offered_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"result" jsonb,
	"result_digest" text,
	CONSTRAINT "module_commands_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
-- What a batch of signals was answered, so that the same batch sent again is answered the same and counted once.
CREATE TABLE "module_batches" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"batch_id" text NOT NULL,
	"body_sha256" "bytea" NOT NULL,
	"committed_at" timestamp (3) with time zone NOT NULL,
	"answer" jsonb NOT NULL,
	CONSTRAINT "module_batches_tenant_id_module_id_batch_id_pk" PRIMARY KEY("tenant_id","module_id","batch_id")
);
--> statement-breakpoint
CREATE TABLE "module_records" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"id" uuid NOT NULL,
	"level" text NOT NULL,
	"code" text NOT NULL,
	"class" text NOT NULL,
	"trace_id" text,
	"span_id" text,
	"actor_id" text,
	"message" text NOT NULL,
	"attributes" jsonb NOT NULL,
	CONSTRAINT "module_records_tenant_id_module_id_at_id_pk" PRIMARY KEY("tenant_id","module_id","at","id")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "module_spans" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"id" uuid NOT NULL,
	"trace_id" text NOT NULL,
	"span_id" text NOT NULL,
	"parent_span_id" text,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"surface" text NOT NULL,
	"duration_ms" double precision NOT NULL,
	"is_error" boolean NOT NULL,
	"code" text,
	"attributes" jsonb NOT NULL,
	CONSTRAINT "module_spans_tenant_id_module_id_at_id_pk" PRIMARY KEY("tenant_id","module_id","at","id")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
-- What a module did in a minute, added up as signals come in: objectives, rules and detectors read this and never the records.
CREATE TABLE "module_minutes" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"minute_at" timestamp (3) with time zone NOT NULL,
	"surface" text NOT NULL,
	"requests" double precision NOT NULL,
	"errors" double precision NOT NULL,
	"timeouts" double precision NOT NULL,
	"retries" double precision NOT NULL,
	"db_errors" double precision NOT NULL,
	"dead_letters" double precision NOT NULL,
	"queue_depth_max" double precision,
	"queue_capacity" double precision,
	"quota_used" double precision,
	"quota_limit" double precision,
	"metered_units" double precision NOT NULL,
	"billed_units" double precision NOT NULL,
	"latency_ms_sum" double precision NOT NULL,
	"latency" jsonb NOT NULL,
	"worst_ms" double precision,
	"worst_trace_id" text,
	CONSTRAINT "module_minutes_tenant_id_module_id_minute_at_surface_pk" PRIMARY KEY("tenant_id","module_id","minute_at","surface")
) PARTITION BY RANGE ("minute_at");
--> statement-breakpoint
CREATE TABLE "module_error_minutes" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"minute_at" timestamp (3) with time zone NOT NULL,
	"code" text NOT NULL,
	"fingerprint" text NOT NULL,
	"count" double precision NOT NULL,
	"sample_trace_id" text,
	CONSTRAINT "module_error_minutes_pk" PRIMARY KEY("tenant_id","module_id","minute_at","code","fingerprint")
) PARTITION BY RANGE ("minute_at");
--> statement-breakpoint
-- How far each counter that only ever rises had risen when it was last told, so that what is new can be told apart.
CREATE TABLE "module_series" (
	"tenant_id" uuid NOT NULL,
	"module_id" uuid NOT NULL,
	"series" text NOT NULL,
	"metric" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"told_at" timestamp (3) with time zone NOT NULL,
	"told" jsonb NOT NULL,
	CONSTRAINT "module_series_tenant_id_module_id_series_pk" PRIMARY KEY("tenant_id","module_id","series")
);
--> statement-breakpoint
ALTER TABLE "modules" ADD COLUMN "is_entitled" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "modules" ADD COLUMN "entitled_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "modules" ADD COLUMN "mode" text DEFAULT 'normal' NOT NULL;
--> statement-breakpoint
ALTER TABLE "modules" ADD COLUMN "mode_reason" text;
--> statement-breakpoint
ALTER TABLE "modules" ADD COLUMN "mode_since" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "module_secrets" ADD CONSTRAINT "module_secrets_tenant_id_module_id_module_services_tenant_id_id_fk" FOREIGN KEY ("tenant_id","module_id") REFERENCES "public"."module_services"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "module_tokens" ADD CONSTRAINT "module_tokens_tenant_id_module_id_module_services_tenant_id_id_fk" FOREIGN KEY ("tenant_id","module_id") REFERENCES "public"."module_services"("tenant_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Asked for every second, so that a revoked service or an entitlement is seen everywhere at once.
CREATE INDEX "module_services_by_change" ON "module_services" USING btree ("updated_at");
--> statement-breakpoint
CREATE INDEX "modules_by_key" ON "modules" USING btree ("module_key");
--> statement-breakpoint
CREATE INDEX "module_tokens_by_module" ON "module_tokens" USING btree ("tenant_id","module_id");
--> statement-breakpoint
CREATE INDEX "module_commands_waiting" ON "module_commands" USING btree ("module_id","created_at") WHERE "module_commands"."status" in ('queued', 'offered');
--> statement-breakpoint
CREATE INDEX "module_commands_newest" ON "module_commands" USING btree ("tenant_id","module_id","created_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "module_batches_by_time" ON "module_batches" USING btree ("committed_at");
--> statement-breakpoint
CREATE INDEX "module_series_by_time" ON "module_series" USING btree ("told_at");
--> statement-breakpoint
CREATE INDEX "module_records_by_trace" ON "module_records" USING btree ("trace_id") WHERE "module_records"."trace_id" is not null;
--> statement-breakpoint
CREATE INDEX "module_spans_by_trace" ON "module_spans" USING btree ("trace_id");
--> statement-breakpoint
CREATE INDEX "module_minutes_by_module" ON "module_minutes" USING btree ("module_id","minute_at");
--> statement-breakpoint
CREATE INDEX "module_error_minutes_by_module" ON "module_error_minutes" USING btree ("module_id","minute_at");
--> statement-breakpoint
DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['module_services', 'module_secrets', 'module_tokens', 'module_commands', 'module_service_state', 'module_batches',
    'module_records', 'module_spans', 'module_minutes', 'module_error_minutes', 'module_series'] LOOP
    PERFORM center_isolate(v_table::regclass);
  END LOOP;
  FOREACH v_table IN ARRAY ARRAY['module_services', 'module_secrets', 'module_tokens', 'module_commands'] LOOP
    PERFORM center_govern(v_table::regclass);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT SELECT ON module_services, module_secrets, module_tokens, module_commands TO center_reader;
--> statement-breakpoint
GRANT SELECT ON module_service_state, module_batches, module_records, module_spans, module_minutes, module_error_minutes, module_series TO center_reader, center_writer;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON module_service_state, module_minutes, module_error_minutes TO center_ingest;
--> statement-breakpoint
GRANT SELECT, INSERT ON module_records, module_spans TO center_ingest;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON module_batches TO center_ingest;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON module_series TO center_ingest;
--> statement-breakpoint
-- Two histograms {bucket: count} as one: what either counted is counted.
CREATE FUNCTION add_counts(p_one jsonb, p_other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN p_other = '{}'::jsonb THEN p_one WHEN p_one = '{}'::jsonb THEN p_other ELSE (
    SELECT jsonb_object_agg(key, total) FROM (
      SELECT key, sum(value::numeric) AS total FROM (SELECT * FROM jsonb_each_text(p_one) UNION ALL SELECT * FROM jsonb_each_text(p_other)) AS both_of GROUP BY key
    ) AS added) END
$$;
--> statement-breakpoint
-- Partitions of the signals: records and spans by day, minutes by month; made ahead for days around today, by the owner's hand alone.
CREATE FUNCTION ensure_signal_partitions(p_first date, p_days integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  v_today date := (now() AT TIME ZONE 'UTC')::date;
  v_part record;
  v_made integer := 0;
BEGIN
  IF p_first IS NULL OR p_days IS NULL OR p_days NOT BETWEEN 0 AND 31 OR p_first NOT BETWEEN v_today - 40 AND v_today + 60 THEN
    RAISE EXCEPTION 'partitions are made for days around today' USING ERRCODE = '22023';
  END IF;
  PERFORM pg_advisory_xact_lock(7105662);
  FOR v_part IN
    SELECT t AS parent, t || '_' || to_char(d, 'YYYYMMDD') AS name, d::date AS since, d::date + 1 AS until
      FROM unnest(ARRAY['module_records', 'module_spans']) t, generate_series(p_first, p_first + p_days, interval '1 day') d
    UNION ALL
    SELECT t, t || '_' || to_char(m, 'YYYYMM'), m::date, (m + interval '1 month')::date
      FROM unnest(ARRAY['module_minutes', 'module_error_minutes']) t,
        generate_series(date_trunc('month', p_first::timestamp), (p_first + p_days)::timestamp, interval '1 month') m
  LOOP
    CONTINUE WHEN to_regclass('public.' || v_part.name) IS NOT NULL;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_part.name, v_part.parent);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', v_part.name);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', v_part.name);
    EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', v_part.parent, v_part.name,
      v_part.since::timestamp AT TIME ZONE 'UTC', v_part.until::timestamp AT TIME ZONE 'UTC');
    v_made := v_made + 1;
  END LOOP;
  RETURN v_made;
END $$;
--> statement-breakpoint
-- Drops what lies wholly before each kind's day, oldest first, at most a few at a time, and waits for nobody. Whatever it is asked, the last
-- two days of records and spans and the last two months of minutes stay: the writer may call it, and must not be able to wipe out the present.
CREATE FUNCTION drop_signal_partitions(p_records_before date, p_spans_before date, p_minutes_before date) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
  v_today date := (now() AT TIME ZONE 'UTC')::date;
  v_name text;
  v_dropped integer := 0;
BEGIN
  IF p_records_before IS NULL OR p_spans_before IS NULL OR p_minutes_before IS NULL THEN
    RAISE EXCEPTION 'partitions are dropped before a day' USING ERRCODE = '22023';
  END IF;
  FOR v_name IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
    WHERE p.relnamespace = 'public'::regnamespace AND CASE p.relname
      WHEN 'module_records' THEN right(c.relname, 8) < to_char(least(p_records_before, v_today - 2), 'YYYYMMDD')
      WHEN 'module_spans' THEN right(c.relname, 8) < to_char(least(p_spans_before, v_today - 2), 'YYYYMMDD')
      WHEN 'module_minutes' THEN right(c.relname, 6) < to_char(least(p_minutes_before, (v_today - interval '2 months')::date), 'YYYYMM')
      WHEN 'module_error_minutes' THEN right(c.relname, 6) < to_char(least(p_minutes_before, (v_today - interval '2 months')::date), 'YYYYMM')
      ELSE false END
    ORDER BY right(c.relname, 8) LIMIT 16 LOOP
    BEGIN
      EXECUTE format('DROP TABLE public.%I', v_name);
    EXCEPTION WHEN lock_not_available THEN
      RETURN v_dropped;
    END;
    v_dropped := v_dropped + 1;
  END LOOP;
  RETURN v_dropped;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION add_counts(jsonb, jsonb), ensure_signal_partitions(date, integer), drop_signal_partitions(date, date, date) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION add_counts(jsonb, jsonb) TO center_ingest, center_reader;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ensure_signal_partitions(date, integer) TO center_writer, center_ingest;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION drop_signal_partitions(date, date, date) TO center_writer;
