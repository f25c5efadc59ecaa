-- Puts a table's walls up again as migrations made them: guards, row security, its policy, and no right that no migration gave. It only ever makes
-- less possible, so that it may be done at once; what it did comes out.
CREATE FUNCTION contract_restore(p_table text) RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  v_column text := CASE WHEN p_table = 'tenants' THEN 'id' ELSE 'tenant_id' END;
  v_scope text := format('((SELECT public.center_scope_all()) OR %I = ANY ((SELECT public.center_scope())::uuid[]))', v_column);
  v_done text[] := '{}';
  v_one record;
  v_given record;
  v_role text;
  v_on text;
BEGIN
  IF NOT public.gateway_is_open() THEN RAISE EXCEPTION 'walls are put up by the gateway' USING ERRCODE = '42501'; END IF;
  IF to_regclass(format('public.%I', p_table)) IS NULL OR NOT EXISTS (SELECT 1 FROM public.catalog_baseline WHERE kind = 'table' AND object = p_table) THEN
    RAISE EXCEPTION 'no migration made this table' USING ERRCODE = '23503';
  END IF;
  FOR v_one IN
    SELECT g.name, g.made FROM (VALUES
      ('a_guard_governed', 'CREATE TRIGGER a_guard_governed BEFORE INSERT OR UPDATE OR DELETE ON public.%I FOR EACH ROW EXECUTE FUNCTION public.guard_governed_row()'),
      ('b_audit_direct', 'CREATE TRIGGER b_audit_direct AFTER INSERT OR UPDATE OR DELETE ON public.%I FOR EACH ROW EXECUTE FUNCTION public.audit_direct_write()'),
      ('z_require_audit', 'CREATE CONSTRAINT TRIGGER z_require_audit AFTER INSERT OR UPDATE OR DELETE ON public.%I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.require_audit_entry()'),
      ('a_append_only', 'CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE ON public.%I FOR EACH ROW EXECUTE FUNCTION public.refuse_change()')) g (name, made)
    JOIN public.catalog_drift d ON d.kind = 'trigger' AND d.object = p_table || '.' || g.name AND d.drift <> 'added'
  LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS %I ON public.%I', v_one.name, p_table);
    EXECUTE format(v_one.made, p_table);
    v_done := v_done || (v_one.name || ' guards it again');
  END LOOP;
  IF EXISTS (SELECT 1 FROM public.contract_tables WHERE relname = p_table AND tenant_attnum IS NOT NULL AND NOT (relrowsecurity AND relforcerowsecurity)) THEN
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', p_table);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', p_table);
    v_done := v_done || 'row security is forced again'::text;
  END IF;
  FOR v_one IN SELECT split_part(object, '.', 2) AS name, drift FROM public.catalog_drift
    WHERE kind = 'policy' AND object LIKE replace(p_table, '_', '\_') || '.%' AND (drift = 'added' OR object = p_table || '.tenant_scope') LOOP
    EXECUTE format('DROP POLICY IF EXISTS %I ON public.%I', v_one.name, p_table);
    IF v_one.drift <> 'added' THEN
      EXECUTE format('CREATE POLICY tenant_scope ON public.%I FOR ALL TO center_writer, center_ingest, center_reader, center_auditor USING %s WITH CHECK %s', p_table, v_scope, v_scope);
    END IF;
    v_done := v_done || ('policy ' || v_one.name || ' is as it was made');
  END LOOP;
  -- A right on a table goes with the same on each of its columns: those that migrations gave are given again.
  FOR v_one IN SELECT d.drift, split_part(split_part(d.object, ' ', 1), '.', 2) AS col, split_part(d.object, ' ', 2) AS what, split_part(d.object, ' to ', 2) AS role
    FROM public.catalog_drift d WHERE d.kind = 'grant' AND d.drift <> 'gone' AND split_part(split_part(d.object, ' ', 1), '.', 1) = p_table ORDER BY 2, 3, 4 LOOP
    v_role := CASE WHEN v_one.role = 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(v_one.role) END;
    v_on := v_one.what || CASE WHEN v_one.col = '' THEN '' ELSE format(' (%I)', v_one.col) END;
    EXECUTE format('REVOKE %s %s ON public.%I FROM %s CASCADE', CASE WHEN v_one.drift = 'changed' THEN 'GRANT OPTION FOR' ELSE '' END, v_on, p_table, v_role);
    v_done := v_done || (v_on || ' is taken from ' || v_one.role);
    IF v_one.col = '' THEN
      FOR v_given IN SELECT split_part(split_part(b.object, ' ', 1), '.', 2) AS col, b.digest FROM public.catalog_baseline b
        WHERE b.kind = 'grant' AND b.object LIKE '%.% ' || v_one.what || ' to ' || replace(v_one.role, '_', '\_') AND split_part(b.object, '.', 1) = p_table LOOP
        EXECUTE format('GRANT %s (%I) ON public.%I TO %s%s', v_one.what, v_given.col, p_table, v_role, CASE WHEN v_given.digest::boolean THEN ' WITH GRANT OPTION' ELSE '' END);
      END LOOP;
    END IF;
  END LOOP;
  RETURN v_done;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION contract_restore(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION contract_restore(text) TO center_writer;
--> statement-breakpoint
-- What is as it should be although a lint would say otherwise.
INSERT INTO lint_exceptions (lint, object, why) VALUES
  ('tenant_column_missing', 'access_links', 'people belong to several tenants, or to none'),
  ('tenant_column_missing', 'approver_keys', 'of people'),
  ('tenant_column_missing', 'artifacts', 'bytes by their digest, the same for every tenant'),
  ('tenant_column_missing', 'audit_checkpoints', 'over the whole log'),
  ('tenant_column_missing', 'audit_nodes', 'over the whole log'),
  ('tenant_column_missing', 'audit_floor', 'of the database'),
  ('tenant_column_missing', 'catalog_baseline', 'of the database'),
  ('tenant_column_missing', 'lint_exceptions', 'of the database'),
  ('tenant_column_missing', 'detection_rules', 'one set of rules'),
  ('tenant_column_missing', 'gateway_secret', 'of the database'),
  ('tenant_column_missing', 'idempotency_keys', 'of whoever called'),
  ('tenant_column_missing', 'ingest_batches', 'a relay sends for several tenants'),
  ('tenant_column_missing', 'ingest_seals', 'over all batches'),
  ('tenant_column_missing', 'installation', 'of the installation'),
  ('tenant_column_missing', 'ops_policy', 'the ceiling over all tenants'),
  ('tenant_column_missing', 'passkey_challenges', 'of people'),
  ('tenant_column_missing', 'passkeys', 'of people'),
  ('tenant_column_missing', 'people', 'people belong to several tenants, or to none'),
  ('tenant_column_missing', 'person_clients', 'of people'),
  ('tenant_column_missing', 'person_credentials', 'of people'),
  ('tenant_column_missing', 'person_notices', 'of people'),
  ('tenant_column_missing', 'person_sessions', 'of people'),
  ('tenant_column_missing', 'plugin_releases', 'one release is for many tenants'),
  ('tenant_column_missing', 'policy_loosenings', 'of the policy'),
  ('tenant_column_missing', 'rollup_watermarks', 'of the round over all tenants'),
  ('tenant_column_missing', 'signing_keys', 'of the installation'),
  ('tenant_column_missing', 'step_ups', 'of people'),
  ('tenant_column_missing', 'support_sessions', 'of people'),
  ('tenant_column_missing', 'totp_factors', 'of people'),
  ('tenant_column_missing', 'trust_documents', 'one root of trust'),
  ('tenant_column_missing', 'trust_signatures', 'one root of trust'),
  ('tenant_column_missing', 'tuf_expiry_warnings', 'one repository'),
  ('tenant_column_missing', 'tuf_metadata', 'one repository'),
  ('tenant_column_nullable', 'audit_entries', 'what is global has no tenant, and readers without all tenants do not see it'),
  ('key_not_led_by_tenant', 'audit_entries_pkey', 'one log over all tenants'),
  ('key_not_led_by_tenant', 'audit_entries_seq_unique', 'one log over all tenants'),
  ('guard_missing', 'work_leases.a_guard_governed', 'carry no decision and no secret; renewing one must not cost an audit entry'),
  ('guard_missing', 'work_leases.b_audit_direct', 'carry no decision and no secret; renewing one must not cost an audit entry'),
  ('guard_missing', 'work_leases.z_require_audit', 'carry no decision and no secret; renewing one must not cost an audit entry'),
  ('foreign_key_unindexed', 'emergency_items.emergency_items_tenant_id_plugin_id_plugins_tenant_id_id_fk', 'plugins and addresses go only when a tenant leaves, after the rows that point to them'),
  ('foreign_key_unindexed', 'plugin_agent_commands.plugin_agent_commands_tenant_id_plugin_id_plugins_tenant_id_id_', 'plugins and addresses go only when a tenant leaves, after the rows that point to them'),
  ('foreign_key_unindexed', 'plugin_incidents.plugin_incidents_tenant_id_plugin_id_plugins_tenant_id_id_fk', 'plugins and addresses go only when a tenant leaves, after the rows that point to them'),
  ('foreign_key_unindexed', 'recall_items.recall_items_tenant_id_plugin_id_plugins_tenant_id_id_fk', 'plugins and addresses go only when a tenant leaves, after the rows that point to them'),
  ('foreign_key_unindexed', 'rollout_members.rollout_members_tenant_id_plugin_id_plugins_tenant_id_id_fk', 'plugins and addresses go only when a tenant leaves, after the rows that point to them'),
  ('foreign_key_unindexed', 'webhook_deliveries.webhook_deliveries_tenant_id_endpoint_id_webhook_endpoints_tena', 'plugins and addresses go only when a tenant leaves, after the rows that point to them'),
  ('foreign_key_unindexed', 'access_links.access_links_person_id_people_id_fk', 'people and their sessions are never deleted, and there are few'),
  ('foreign_key_unindexed', 'support_sessions.support_sessions_session_id_person_sessions_id_fk', 'people and their sessions are never deleted, and there are few'),
  ('foreign_key_unindexed', 'support_sessions.support_sessions_person_id_people_id_fk', 'people and their sessions are never deleted, and there are few'),
  ('foreign_key_unindexed', 'support_sessions.support_sessions_target_person_people_id_fk', 'people and their sessions are never deleted, and there are few'),
  ('tenant_column_missing', 'module_rollup_marks', 'of the round over all tenants'),
  ('foreign_key_unindexed', 'heal_actions.heal_actions_of_decision', 'decisions go only when a tenant leaves, after the rows that point to them'),
  ('foreign_key_unindexed', 'snapshot_restores.snapshot_restores_tenant_id_snapshot_id_tenant_snapshots_tenant', 'a snapshot is marked as expired and stays; rows go only when a tenant leaves'),
  ('foreign_key_unindexed', 'release_rollbacks.release_rollbacks_tenant_id_release_id_module_releases_tenant_i', 'releases are never deleted, and there are few');
