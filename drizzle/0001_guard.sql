-- Scope: which tenants this transaction may see. Unset or empty sees nothing; '' is what SET LOCAL leaves behind.
CREATE FUNCTION center_scope() RETURNS uuid[] LANGUAGE sql STABLE AS
$$ SELECT coalesce(nullif(current_setting('center.tenants', true), '')::uuid[], '{}'::uuid[]) $$;
--> statement-breakpoint
CREATE FUNCTION center_scope_all() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('center.scope_all', true), '') <> '' $$;
--> statement-breakpoint
-- What proves that gateway_open() ran in this very transaction. Only the owner reads it.
CREATE TABLE gateway_secret (one boolean PRIMARY KEY DEFAULT true CHECK (one), secret bytea NOT NULL);
--> statement-breakpoint
INSERT INTO gateway_secret (secret)
VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
--> statement-breakpoint
CREATE FUNCTION gateway_token() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT encode(sha256(secret || convert_to(pg_current_xact_id()::text, 'UTF8')), 'hex') FROM public.gateway_secret $$;
--> statement-breakpoint
CREATE FUNCTION gateway_open() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ BEGIN PERFORM pg_catalog.set_config('center.gateway', public.gateway_token(), true); END $$;
--> statement-breakpoint
CREATE FUNCTION gateway_is_open() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT coalesce(current_setting('center.gateway', true), '') = public.gateway_token() $$;
--> statement-breakpoint
-- The only way into the audit log. Everything it needs comes from the gateway, but the transaction id, which is the database's word.
CREATE FUNCTION audit_append(
  p_id uuid, p_at timestamptz, p_tenant uuid, p_actor text, p_on_behalf_of text, p_command text, p_outcome text,
  p_subject text, p_before jsonb, p_after jsonb, p_reason text, p_trace_id text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT public.gateway_is_open() THEN
    RAISE EXCEPTION 'the audit log takes entries from the gateway only' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.audit_entries (id, at, tenant_id, actor, on_behalf_of, command, outcome, subject, before, after, reason, trace_id, xid)
  VALUES (p_id, p_at, p_tenant, p_actor, p_on_behalf_of, p_command, p_outcome, p_subject, p_before, p_after, p_reason, p_trace_id, pg_current_xact_id());
END $$;
--> statement-breakpoint
-- First guard, at the row: Center's own roles write governed tables through the gateway or not at all.
CREATE FUNCTION guard_governed_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user IN ('center_writer', 'center_ingest', 'center_reader', 'center_auditor') AND NOT public.gateway_is_open() THEN
    RAISE EXCEPTION 'ERR_GATEWAY_BYPASS: % on % outside the write gateway', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- Second guard, at the commit: whatever was written, an audit entry of the same transaction says so.
CREATE FUNCTION require_audit_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.audit_entries WHERE xid = pg_current_xact_id()) THEN
    RAISE EXCEPTION 'ERR_GATEWAY_BYPASS: % on % without an audit entry', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- The break-glass path: a hand that is not the gateway's leaves its own entry, whatever it thinks of that.
CREATE FUNCTION audit_direct_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_before jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
  v_after jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
  v_row jsonb := coalesce(v_after, v_before);
BEGIN
  IF public.gateway_is_open() THEN RETURN NULL; END IF;
  INSERT INTO public.audit_entries (id, at, tenant_id, actor, command, outcome, subject, before, after, reason, trace_id, xid)
  VALUES (gen_random_uuid(), clock_timestamp(), nullif(v_row ->> 'tenant_id', '')::uuid, 'breakglass:' || session_user, 'breakglass.write', 'done',
    TG_TABLE_NAME || ':' || coalesce(v_row ->> 'id', v_row ->> 'digest', v_row ->> 'key', '?'),
    v_before - 'sealed' - 'sealed_private' - 'sealed_secret' - 'password_hash' - 'bytes',
    v_after - 'sealed' - 'sealed_private' - 'sealed_secret' - 'password_hash' - 'bytes',
    'direct ' || lower(TG_OP), replace(gen_random_uuid()::text, '-', ''), pg_current_xact_id());
  RETURN NULL;
END $$;
--> statement-breakpoint
-- The runbook's statements by hand: a changed policy gets its version, a cancelled attempt becomes due so that a worker undoes it.
CREATE FUNCTION breakglass_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT public.gateway_is_open() THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
    NEW.updated_by := 'breakglass:' || session_user;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE FUNCTION breakglass_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT public.gateway_is_open() THEN
    IF NEW.status IS DISTINCT FROM OLD.status AND (NEW.status <> 'cancelled' OR OLD.phase = 'done') THEN
      RAISE EXCEPTION 'an attempt that is under way can be cancelled by hand, and nothing else' USING ERRCODE = '42501';
    END IF;
    NEW.due_at := CASE WHEN NEW.phase = 'done' THEN NULL ELSE clock_timestamp() END;
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE FUNCTION breakglass_attempt_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT public.gateway_is_open() AND NEW.status IS DISTINCT FROM OLD.status THEN
    INSERT INTO public.autopatch_attempt_events (tenant_id, attempt_id, id, at, from_status, to_status, phase, actor, reason, detail)
    VALUES (NEW.tenant_id, NEW.id, gen_random_uuid(), clock_timestamp(), OLD.status, NEW.status, NEW.phase,
      'breakglass:' || session_user, 'direct update', '{}'::jsonb);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
--> statement-breakpoint
-- Puts a table under tenant isolation: forced row security, scope for Center's roles, open to the owner and to break-glass (audited).
CREATE FUNCTION center_isolate(p_table regclass, p_column text DEFAULT 'tenant_id', p_shared boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_scope text := format('((SELECT center_scope_all()) OR %I = ANY ((SELECT center_scope())::uuid[]))', p_column);
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
  EXECUTE format('CREATE POLICY tenant_scope ON %s FOR ALL TO center_writer, center_ingest, center_reader, center_auditor USING %s WITH CHECK %s', p_table, v_scope, v_scope);
  EXECUTE format('CREATE POLICY owner_all ON %s FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)', p_table);
  EXECUTE format('CREATE POLICY breakglass_all ON %s FOR ALL TO center_breakglass USING (true) WITH CHECK (true)', p_table);
  IF p_shared THEN
    EXECUTE format('CREATE POLICY platform_rows ON %s FOR SELECT TO center_writer, center_reader, center_ingest USING (%I = ''00000000-0000-0000-0000-000000000000'')', p_table, p_column);
  END IF;
END $$;
--> statement-breakpoint
-- Puts a table under the gateway: both guards and the break-glass audit.
CREATE FUNCTION center_govern(p_table regclass, p_append_only boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER a_guard_governed BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION guard_governed_row()', p_table);
  EXECUTE format('CREATE TRIGGER b_audit_direct AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit_direct_write()', p_table);
  EXECUTE format('CREATE CONSTRAINT TRIGGER z_require_audit AFTER INSERT OR UPDATE OR DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_audit_entry()', p_table);
  IF p_append_only THEN
    EXECUTE format('CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse_change()', p_table);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO center_writer', p_table);
  ELSE
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO center_writer', p_table);
  END IF;
END $$;
--> statement-breakpoint
REVOKE ALL ON SCHEMA public FROM PUBLIC;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO center_writer, center_ingest, center_reader, center_auditor, center_breakglass;
--> statement-breakpoint
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION center_scope(), center_scope_all(), gateway_is_open() TO center_writer, center_ingest, center_reader, center_auditor, center_breakglass;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION gateway_open(), audit_append(uuid, timestamptz, uuid, text, text, text, text, text, jsonb, jsonb, text, text) TO center_writer;
--> statement-breakpoint
INSERT INTO ops_policy (id, version, autopatch_enabled, whitelist, severity_threshold, confidence_threshold, required_signatures, staging_required,
  health_check_seconds, rollback_error_threshold, attempts_per_incident, attempts_per_plugin_per_day, storm_share, windows, updated_at, updated_by)
VALUES (1, 1, true, '{}', 'medium', 0.8, 2, true, 90, 0.05, 3, 6, 0.2, '[{"from":0,"to":24}]', now(), 'system:migrate');
--> statement-breakpoint
DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['tenant_keys', 'plugins', 'plugin_secrets', 'modules', 'plugin_state', 'plugin_heartbeats', 'plugin_incidents',
    'incident_events', 'sira_decisions', 'sira_learning_feedback', 'plans', 'plan_approvals', 'plugin_autopatch_attempts',
    'autopatch_attempt_events', 'plugin_agent_commands', 'webhook_endpoints', 'webhook_deliveries', 'outbox', 'work_leases', 'audit_entries'] LOOP
    PERFORM center_isolate(v_table::regclass);
  END LOOP;
  PERFORM center_isolate('tenants', 'id');
  PERFORM center_isolate('safety_switches', 'tenant_id', true);
  FOREACH v_table IN ARRAY ARRAY['incident_events', 'sira_decisions', 'sira_learning_feedback', 'plan_approvals', 'autopatch_attempt_events', 'artifacts'] LOOP
    PERFORM center_govern(v_table::regclass, true);
  END LOOP;
  FOREACH v_table IN ARRAY ARRAY['tenants', 'tenant_keys', 'plugins', 'plugin_secrets', 'modules', 'people', 'person_credentials', 'plugin_incidents',
    'plugin_releases', 'plans', 'plugin_autopatch_attempts', 'plugin_agent_commands', 'ops_policy', 'safety_switches', 'detection_rules', 'outbox',
    'idempotency_keys', 'signing_keys', 'installation', 'ingest_seals', 'webhook_endpoints', 'webhook_deliveries'] LOOP
    PERFORM center_govern(v_table::regclass);
  END LOOP;
END $$;
--> statement-breakpoint
-- Whoever throws a switch and whoever is about to heal meet at the policy's row: one of them waits, so nothing heals past a switch.
CREATE FUNCTION lock_policy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.ops_policy WHERE id = 1 FOR UPDATE;
  RETURN NULL;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION lock_policy() FROM PUBLIC;
--> statement-breakpoint
CREATE TRIGGER a_lock_policy BEFORE INSERT OR UPDATE OR DELETE ON safety_switches FOR EACH STATEMENT EXECUTE FUNCTION lock_policy();
--> statement-breakpoint
CREATE TRIGGER b_breakglass_policy BEFORE UPDATE ON ops_policy FOR EACH ROW EXECUTE FUNCTION breakglass_policy();
--> statement-breakpoint
CREATE TRIGGER b_breakglass_attempt BEFORE UPDATE ON plugin_autopatch_attempts FOR EACH ROW EXECUTE FUNCTION breakglass_attempt();
--> statement-breakpoint
CREATE TRIGGER c_breakglass_event AFTER UPDATE ON plugin_autopatch_attempts FOR EACH ROW EXECUTE FUNCTION breakglass_attempt_event();
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION guard_governed_row(), breakglass_policy(), breakglass_attempt(), refuse_change() TO center_writer, center_breakglass;
--> statement-breakpoint
-- Leases carry no decision and no secret; they are the one control table outside the gateway, so that renewing one costs no audit entry.
GRANT SELECT, INSERT, UPDATE, DELETE ON work_leases TO center_writer;
--> statement-breakpoint
GRANT DELETE ON idempotency_keys, outbox TO center_writer;
--> statement-breakpoint
GRANT SELECT ON audit_entries TO center_writer;
--> statement-breakpoint
GRANT INSERT, SELECT ON plugin_heartbeats, ingest_batches TO center_ingest;
--> statement-breakpoint
GRANT INSERT, SELECT, UPDATE ON plugin_state TO center_ingest;
--> statement-breakpoint
GRANT SELECT ON plugin_heartbeats, plugin_state, ingest_batches TO center_writer;
--> statement-breakpoint
GRANT SELECT ON tenants, plugins, modules, plugin_state, plugin_heartbeats, plugin_incidents, incident_events, sira_decisions, sira_learning_feedback, plans,
  plan_approvals, plugin_autopatch_attempts, autopatch_attempt_events, plugin_agent_commands, plugin_releases, artifacts, ops_policy, safety_switches,
  detection_rules, outbox, ingest_batches, ingest_seals, webhook_deliveries, people, audit_entries, work_leases, installation, plugin_secrets, tenant_keys,
  signing_keys, webhook_endpoints TO center_reader;
--> statement-breakpoint
GRANT SELECT ON audit_entries, ingest_batches, ingest_seals, plugin_heartbeats TO center_auditor;
--> statement-breakpoint
GRANT SELECT ON tenants, plugins, plugin_state, plugin_incidents, plugin_autopatch_attempts, autopatch_attempt_events, plugin_agent_commands, ops_policy,
  safety_switches, audit_entries TO center_breakglass;
--> statement-breakpoint
GRANT UPDATE ON plugin_autopatch_attempts, ops_policy, safety_switches TO center_breakglass;
--> statement-breakpoint
-- Day partitions of the beats: made ahead, attached under a light lock, dropped by retention. Nobody but the owner may touch one directly.
CREATE FUNCTION ensure_heartbeat_partitions(p_first date, p_days integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_day date;
  v_name text;
  v_made integer := 0;
BEGIN
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
-- Whatever it is asked, it leaves the last week alone: the writer may call it, and must not be able to wipe out the present.
CREATE FUNCTION drop_heartbeat_partitions(p_before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_name text;
  v_dropped integer := 0;
BEGIN
  FOR v_name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.plugin_heartbeats'::regclass AND c.relname < 'plugin_heartbeats_' || to_char(least(p_before, (now() AT TIME ZONE 'UTC')::date - 7), 'YYYYMMDD') LOOP
    EXECUTE format('DROP TABLE public.%I', v_name);
    v_dropped := v_dropped + 1;
  END LOOP;
  RETURN v_dropped;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION ensure_heartbeat_partitions(date, integer), drop_heartbeat_partitions(date) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ensure_heartbeat_partitions(date, integer) TO center_writer, center_ingest;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION drop_heartbeat_partitions(date) TO center_writer;
