-- What a plugin's newest word is, told by its own clock and count and not by who stored it last: a beat that arrives late, by another
-- process or from the boot before, must not overwrite a newer one.
ALTER TABLE "plugin_state" ADD COLUMN "sent_at" timestamp (3) with time zone DEFAULT '1970-01-01T00:00:00Z' NOT NULL;
--> statement-breakpoint
ALTER TABLE "plugin_state" ADD COLUMN "previous_boot_id" uuid;
--> statement-breakpoint
-- Batches come in order of time, so the smallest of indexes finds the old ones.
CREATE INDEX "ingest_batches_by_time" ON "ingest_batches" USING brin ("committed_at");
--> statement-breakpoint
-- A transaction number starts anew in a cluster that was restored, and an old entry may carry the same one. What this transaction wrote is
-- not sealed yet; whatever was restored soon is.
CREATE OR REPLACE FUNCTION require_audit_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.audit_entries WHERE xid = pg_current_xact_id() AND seq IS NULL) THEN
    RAISE EXCEPTION 'ERR_GATEWAY_BYPASS: % on % without an audit entry', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Whoever asks, only days around today are made, and nobody waits behind it for longer than a beat may take.
CREATE OR REPLACE FUNCTION ensure_heartbeat_partitions(p_first date, p_days integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  v_today date := (now() AT TIME ZONE 'UTC')::date;
  v_day date;
  v_name text;
  v_made integer := 0;
BEGIN
  IF p_first IS NULL OR p_days IS NULL OR p_days NOT BETWEEN 0 AND 31 OR p_first NOT BETWEEN v_today - 40 AND v_today + 60 THEN
    RAISE EXCEPTION 'partitions are made for days around today' USING ERRCODE = '22023';
  END IF;
  PERFORM pg_advisory_xact_lock(7105661);
  FOR v_day IN SELECT generate_series(p_first, p_first + p_days, interval '1 day')::date LOOP
    v_name := 'plugin_heartbeats_' || to_char(v_day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass('public.' || v_name) IS NOT NULL;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.plugin_heartbeats INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_name);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', v_name);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', v_name);
    EXECUTE format('ALTER TABLE public.plugin_heartbeats ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', v_name, v_day::timestamp AT TIME ZONE 'UTC', (v_day + 1)::timestamp AT TIME ZONE 'UTC');
    v_made := v_made + 1;
  END LOOP;
  RETURN v_made;
END $$;
--> statement-breakpoint
-- A partition is dropped under the heaviest lock there is. Waiting for it, it would hold up every beat behind it: it gives up instead, and
-- retention comes round again. At most a few at a time, oldest first.
CREATE OR REPLACE FUNCTION drop_heartbeat_partitions(p_before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
  v_name text;
  v_dropped integer := 0;
BEGIN
  IF p_before IS NULL THEN
    RAISE EXCEPTION 'partitions are dropped before a day' USING ERRCODE = '22023';
  END IF;
  FOR v_name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.plugin_heartbeats'::regclass AND c.relname < 'plugin_heartbeats_' || to_char(least(p_before, (now() AT TIME ZONE 'UTC')::date - 7), 'YYYYMMDD')
    ORDER BY c.relname LIMIT 8 LOOP
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
-- The rows of batches whose beats are gone with their partitions. What no audit entry covers yet stays, and so does the last week.
CREATE FUNCTION drop_ingest_batches(p_before timestamptz, p_most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
  v_dropped integer;
BEGIN
  IF p_before IS NULL OR p_most IS NULL OR p_most NOT BETWEEN 1 AND 1000000 THEN
    RAISE EXCEPTION 'batches are dropped before an instant, so many at a time' USING ERRCODE = '22023';
  END IF;
  DELETE FROM public.ingest_batches b USING (
    SELECT o.process_id, o.batch_no FROM public.ingest_batches o JOIN public.ingest_seals s ON s.process_id = o.process_id
    WHERE o.batch_no <= s.sealed_batch_no AND o.committed_at < least(p_before, now() - interval '7 days') LIMIT p_most) old
  WHERE b.process_id = old.process_id AND b.batch_no = old.batch_no;
  GET DIAGNOSTICS v_dropped = ROW_COUNT;
  RETURN v_dropped;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION drop_ingest_batches(timestamptz, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION drop_ingest_batches(timestamptz, integer) TO center_writer;
