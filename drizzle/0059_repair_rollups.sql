-- A repair brings hours and days of the fleet's roll-ups back to what their five-minute steps add up to: within the gateway, one row at a time, and
-- nothing else. A row of null takes it away again.
CREATE FUNCTION repair_rollup_row(p_tenant uuid, p_step integer, p_plugin uuid, p_bucket timestamptz, p_row jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT public.gateway_is_open() OR NOT (public.center_scope_all() OR p_tenant = ANY (public.center_scope())) THEN
    RAISE EXCEPTION 'roll-ups are repaired by the gateway, within its scope' USING ERRCODE = '42501';
  END IF;
  IF p_step NOT IN (3600, 86400) THEN
    RAISE EXCEPTION 'only hours and days follow from finer steps' USING ERRCODE = '22023';
  END IF;
  DELETE FROM public.plugin_rollups WHERE tenant_id = p_tenant AND step_seconds = p_step AND plugin_id = p_plugin AND bucket_at = p_bucket;
  IF p_row IS NOT NULL THEN
    INSERT INTO public.plugin_rollups SELECT * FROM jsonb_populate_record(NULL::public.plugin_rollups, p_row || jsonb_build_object(
      'tenant_id', p_tenant, 'step_seconds', p_step, 'plugin_id', p_plugin, 'bucket_at', p_bucket));
  END IF;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION repair_rollup_row(uuid, integer, uuid, timestamptz, jsonb) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION repair_rollup_row(uuid, integer, uuid, timestamptz, jsonb) TO center_writer;
--> statement-breakpoint
GRANT SELECT ON plugin_rollups TO center_writer;
