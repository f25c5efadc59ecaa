-- A tenant leaves: one person asks, another agrees, and after some days of quiet its keys are destroyed and its rows erased. What stays is the
-- row itself, without a name, because the audit log refers to it.
ALTER TABLE "tenants" ADD COLUMN "leaving_asked_by" text;
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "leaving_asked_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "leaving_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "gone_at" timestamp (3) with time zone;
--> statement-breakpoint
-- Rows that are only ever added go with their tenant, through erase_tenant_rows() alone, which runs as the owner and names the tenant. The
-- tables of the audit log carry no tenant in this sense and are never touched.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME NOT LIKE 'audit%' AND to_jsonb(OLD) ->> 'tenant_id' = current_setting('center.erasing', true)
    AND public.gateway_is_open() AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
--> statement-breakpoint
-- Erases the next rows of a tenant that left and whose keys are destroyed, wherever they lie: every table with a tenant_id but the audit log
-- and the keys. A table whose rows others still refer to waits for another round.
CREATE FUNCTION erase_tenant_rows(p_tenant uuid, p_most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  v_table text;
  v_waiting text;
  v_rows integer;
  v_erased integer := 0;
BEGIN
  IF NOT public.gateway_is_open() OR p_most IS NULL OR p_most NOT BETWEEN 1 AND 100000
    OR NOT EXISTS (SELECT 1 FROM public.tenants WHERE id = p_tenant AND leaving_at IS NOT NULL AND gone_at IS NULL)
    OR EXISTS (SELECT 1 FROM public.tenant_keys WHERE tenant_id = p_tenant AND destroyed_at IS NULL) THEN
    RAISE EXCEPTION 'only the rows of a tenant that left, and whose keys are destroyed, are erased, by the gateway' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_catalog.set_config('center.erasing', p_tenant::pg_catalog.text, true);
  FOR v_table IN SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT IN ('audit_entries', 'tenant_keys') ORDER BY c.relname LOOP
    EXIT WHEN v_erased >= p_most;
    BEGIN
      EXECUTE format('DELETE FROM public.%I WHERE tenant_id = $1 AND (tableoid, ctid) IN (SELECT tableoid, ctid FROM public.%I WHERE tenant_id = $1 LIMIT $2)', v_table, v_table)
        USING p_tenant, p_most - v_erased;
      GET DIAGNOSTICS v_rows = ROW_COUNT;
      v_erased := v_erased + v_rows;
    EXCEPTION WHEN foreign_key_violation THEN
      v_waiting := v_table;
    END;
  END LOOP;
  PERFORM pg_catalog.set_config('center.erasing', '', true);
  IF v_erased = 0 AND v_waiting IS NOT NULL THEN
    RAISE EXCEPTION 'rows of % cannot be erased: others still refer to them', v_waiting USING ERRCODE = '23503';
  END IF;
  RETURN v_erased;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION erase_tenant_rows(uuid, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION erase_tenant_rows(uuid, integer) TO center_writer;
