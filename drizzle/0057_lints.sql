-- Lints of the database: one view each, which says what is wrong, how bad that is, where, and what mends it. Empty is good.
CREATE VIEW contract_tables WITH (security_invoker = true) AS
SELECT c.oid, c.relname::text AS relname, c.relkind, c.relowner, c.relacl, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relpersistence, c.relfrozenxid,
  a.attnum AS tenant_attnum, a.attnotnull AS tenant_required
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname = CASE WHEN c.relname = 'tenants' THEN 'id' ELSE 'tenant_id' END
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p');
--> statement-breakpoint
CREATE VIEW contract_roles WITH (security_invoker = true) AS
SELECT oid, rolname::text AS rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles
WHERE rolname IN ('center_writer', 'center_ingest', 'center_reader', 'center_auditor', 'center_breakglass');
--> statement-breakpoint
-- Rights on tables and on single columns, one row each; the owner's own are left out.
CREATE VIEW contract_grants WITH (security_invoker = true) AS
SELECT t.oid, t.relname, t.relispartition, g.grantee, g.privilege_type::text AS privilege_type, coalesce(pg_get_userbyid(nullif(g.grantee, 0))::text, 'PUBLIC') AS role
FROM contract_tables t, aclexplode(t.relacl) g WHERE g.grantee <> t.relowner
UNION
SELECT t.oid, t.relname, t.relispartition, g.grantee, g.privilege_type::text, coalesce(pg_get_userbyid(nullif(g.grantee, 0))::text, 'PUBLIC')
FROM contract_tables t JOIN pg_attribute a ON a.attrelid = t.oid AND NOT a.attisdropped, aclexplode(a.attacl) g WHERE g.grantee <> t.relowner;
--> statement-breakpoint
GRANT SELECT ON contract_tables, contract_roles, contract_grants TO center_reader;
--> statement-breakpoint
-- A table of tenants without row security: whoever reads it reads everybody.
CREATE VIEW lint_rls_disabled WITH (security_invoker = true) AS
SELECT 'rls_disabled'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER TABLE <table> ENABLE ROW LEVEL SECURITY; ALTER TABLE <table> FORCE ROW LEVEL SECURITY'::text AS remediation, f.object::text AS object FROM (
SELECT relname AS object, 'row security is not enabled on ' || relname AS detail FROM contract_tables WHERE tenant_attnum IS NOT NULL AND NOT relrowsecurity
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'rls_disabled' AND e.object = f.object);
--> statement-breakpoint
-- Row security that the owner is not under: a function of the owner reads past it.
CREATE VIEW lint_rls_not_forced WITH (security_invoker = true) AS
SELECT 'rls_not_forced'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER TABLE <table> FORCE ROW LEVEL SECURITY'::text AS remediation, f.object::text AS object FROM (
SELECT relname AS object, 'row security is not forced on ' || relname AS detail FROM contract_tables WHERE tenant_attnum IS NOT NULL AND relrowsecurity AND NOT relforcerowsecurity
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'rls_not_forced' AND e.object = f.object);
--> statement-breakpoint
-- A table of tenants that a role may use and no policy narrows to its scope.
CREATE VIEW lint_policy_missing WITH (security_invoker = true) AS
SELECT 'policy_missing'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'SELECT center_isolate(<table>)'::text AS remediation, f.object::text AS object FROM (
SELECT t.relname AS object, 'no policy tenant_scope on ' || t.relname AS detail FROM contract_tables t WHERE t.tenant_attnum IS NOT NULL AND NOT t.relispartition
  AND EXISTS (SELECT 1 FROM contract_grants g JOIN contract_roles r ON r.oid = g.grantee WHERE g.oid = t.oid)
  AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polname = 'tenant_scope')
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'policy_missing' AND e.object = f.object);
--> statement-breakpoint
-- A policy by which a role of Center sees more than its scope.
CREATE VIEW lint_policy_too_wide WITH (security_invoker = true) AS
SELECT 'policy_too_wide'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'DROP POLICY <policy> ON <table>'::text AS remediation, f.object::text AS object FROM (
SELECT t.relname || '.' || p.polname AS object, 'policy ' || p.polname || ' on ' || t.relname || ' does not ask for the tenant scope' AS detail
  FROM pg_policy p JOIN contract_tables t ON t.oid = p.polrelid
  WHERE (p.polroles = '{0}' OR EXISTS (SELECT 1 FROM contract_roles r WHERE r.oid = ANY (p.polroles) AND r.rolname <> 'center_breakglass'))
    AND NOT coalesce(p.polpermissive AND pg_get_expr(p.polqual, p.polrelid) ~ 'center_scope_all\(\).* OR \(?\(?(tenant_id|id) = ANY .*center_scope\(\)'
      AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), pg_get_expr(p.polqual, p.polrelid)) = pg_get_expr(p.polqual, p.polrelid), false)
    AND NOT coalesce(p.polcmd = 'r' AND pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = ''00000000-0000-0000-0000-000000000000''::uuid)', false)
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'policy_too_wide' AND e.object = f.object);
--> statement-breakpoint
-- A table that does not say whose its rows are, and is not one of those that belong to the whole installation.
CREATE VIEW lint_tenant_column_missing WITH (security_invoker = true) AS
SELECT 'tenant_column_missing'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER TABLE <table> ADD COLUMN tenant_id uuid NOT NULL, first in its key; SELECT center_isolate(<table>); or a row in lint_exceptions that says why not'::text AS remediation, f.object::text AS object FROM (
SELECT relname AS object, relname || ' has no column tenant_id' AS detail FROM contract_tables WHERE tenant_attnum IS NULL AND NOT relispartition
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'tenant_column_missing' AND e.object = f.object);
--> statement-breakpoint
-- A row may belong to nobody.
CREATE VIEW lint_tenant_column_nullable WITH (security_invoker = true) AS
SELECT 'tenant_column_nullable'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER TABLE <table> ALTER COLUMN tenant_id SET NOT NULL'::text AS remediation, f.object::text AS object FROM (
SELECT relname AS object, relname || '.tenant_id may be null' AS detail FROM contract_tables WHERE tenant_attnum IS NOT NULL AND NOT tenant_required
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'tenant_column_nullable' AND e.object = f.object);
--> statement-breakpoint
-- A key over all tenants: who meets an error learns that another has the value.
CREATE VIEW lint_key_not_led_by_tenant WITH (security_invoker = true) AS
SELECT 'key_not_led_by_tenant'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'make tenant_id the first column of the key'::text AS remediation, f.object::text AS object FROM (
SELECT i.indexrelid::regclass::text AS object, i.indexrelid::regclass || ' is unique over all tenants' AS detail FROM contract_tables t JOIN pg_index i ON i.indrelid = t.oid
  WHERE i.indisunique AND t.tenant_attnum IS NOT NULL AND t.relname <> 'tenants' AND i.indkey[0] <> t.tenant_attnum
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'key_not_led_by_tenant' AND e.object = f.object);
--> statement-breakpoint
-- A foreign key that may point to a row of another tenant.
CREATE VIEW lint_reference_not_led_by_tenant WITH (security_invoker = true) AS
SELECT 'reference_not_led_by_tenant'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'make tenant_id the first column of the foreign key'::text AS remediation, f.object::text AS object FROM (
SELECT t.relname || '.' || k.conname AS object, k.conname || ' on ' || t.relname || ' may point to another tenant' AS detail
  FROM contract_tables t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f' LEFT JOIN contract_tables r ON r.oid = k.confrelid
  WHERE t.tenant_attnum IS NOT NULL AND t.relname <> 'tenants' AND (k.conkey[1] <> t.tenant_attnum OR k.confkey[1] IS DISTINCT FROM r.tenant_attnum)
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'reference_not_led_by_tenant' AND e.object = f.object);
--> statement-breakpoint
-- A table that the gateway should be the only way to, and a guard is not there, not as it should be, or switched off.
CREATE VIEW lint_guard_missing WITH (security_invoker = true) AS
SELECT 'guard_missing'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'SELECT contract_restore(<table>); find out who took it away'::text AS remediation, f.object::text AS object FROM (
SELECT t.relname || '.' || g.name AS object, g.name || ' does not guard ' || t.relname AS detail
  FROM contract_tables t, (VALUES ('a_guard_governed', 'guard_governed_row', 31, false), ('b_audit_direct', 'audit_direct_write', 29, false), ('z_require_audit', 'require_audit_entry', 29, true)) g (name, function, type, late)
  WHERE NOT t.relispartition AND EXISTS (SELECT 1 FROM contract_grants w WHERE w.oid = t.oid AND w.role IN ('center_writer', 'center_breakglass') AND w.privilege_type IN ('INSERT', 'UPDATE', 'DELETE'))
    AND NOT EXISTS (SELECT 1 FROM pg_trigger x JOIN pg_proc p ON p.oid = x.tgfoid WHERE x.tgrelid = t.oid AND x.tgname = g.name AND p.proname = g.function AND p.pronamespace = 'public'::regnamespace
      AND x.tgtype = g.type AND x.tgqual IS NULL AND x.tgenabled IN ('O', 'A') AND (x.tgdeferrable AND x.tginitdeferred) = g.late)
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'guard_missing' AND e.object = f.object);
--> statement-breakpoint
-- History that could be rewritten.
CREATE VIEW lint_append_only_open WITH (security_invoker = true) AS
SELECT 'append_only_open'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'REVOKE <right> ON <table> FROM <role>; SELECT contract_restore(<table>)'::text AS remediation, f.object::text AS object FROM (
SELECT g.relname || ' ' || g.privilege_type || ' to ' || g.role AS object, g.role || ' may ' || lower(g.privilege_type) || ' rows of ' || g.relname || ', which are only ever added' AS detail
  FROM contract_grants g WHERE g.privilege_type IN ('UPDATE', 'DELETE')
    AND (g.relname IN ('audit_entries', 'audit_nodes', 'audit_checkpoints', 'plugin_heartbeats', 'ingest_batches', 'module_records', 'module_spans')
      OR EXISTS (SELECT 1 FROM catalog_baseline b WHERE b.kind = 'trigger' AND b.object = g.relname || '.a_append_only'))
  UNION ALL SELECT b.object, b.object || ' is gone or switched off' FROM catalog_baseline b
  WHERE b.kind = 'trigger' AND b.object LIKE '%.a\_append\_only' AND NOT EXISTS (SELECT 1 FROM pg_trigger x JOIN contract_tables t ON t.oid = x.tgrelid
    WHERE t.relname || '.' || x.tgname = b.object AND x.tgenabled IN ('O', 'A'))
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'append_only_open' AND e.object = f.object);
--> statement-breakpoint
-- A right that no migration gave.
CREATE VIEW lint_grant_undeclared WITH (security_invoker = true) AS
SELECT 'grant_undeclared'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'SELECT contract_restore(<table>), or write the grant into a migration'::text AS remediation, f.object::text AS object FROM (
SELECT object, 'no migration granted ' || object AS detail FROM catalog_drift WHERE kind = 'grant' AND drift <> 'gone'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'grant_undeclared' AND e.object = f.object);
--> statement-breakpoint
-- A right that a migration gave and that is gone: what needs it fails. Nobody gives rights by themselves, so people do.
CREATE VIEW lint_grant_gone WITH (security_invoker = true) AS
SELECT 'grant_gone'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'GRANT <right> ON <table> TO <role>'::text AS remediation, f.object::text AS object FROM (
SELECT object, 'a migration granted ' || object || ', and it is gone' AS detail FROM catalog_drift WHERE kind = 'grant' AND drift = 'gone'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'grant_gone' AND e.object = f.object);
--> statement-breakpoint
-- A table that two roles write, of which one is not the gateway.
CREATE VIEW lint_writer_shared WITH (security_invoker = true) AS
SELECT 'writer_shared'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'REVOKE INSERT, UPDATE, DELETE ON <table> FROM <role>'::text AS remediation, f.object::text AS object FROM (
SELECT w.relname AS object, w.relname || ' is written by center_writer and by center_ingest' AS detail FROM contract_grants w JOIN contract_grants i ON i.oid = w.oid
  WHERE w.role = 'center_writer' AND i.role = 'center_ingest' AND w.privilege_type IN ('INSERT', 'UPDATE', 'DELETE') AND i.privilege_type IN ('INSERT', 'UPDATE', 'DELETE') GROUP BY w.relname
  UNION ALL SELECT g.relname || ' ' || g.role, g.role || ' may ' || string_agg(DISTINCT lower(g.privilege_type), ', ') || ' on ' || g.relname FROM contract_grants g
  WHERE g.role IN ('center_reader', 'center_auditor') AND g.privilege_type <> 'SELECT' GROUP BY g.relname, g.role
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'writer_shared' AND e.object = f.object);
--> statement-breakpoint
-- No trigger and no row security sees a TRUNCATE.
CREATE VIEW lint_truncate_granted WITH (security_invoker = true) AS
SELECT 'truncate_granted'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'REVOKE TRUNCATE ON <table> FROM <role>'::text AS remediation, f.object::text AS object FROM (
SELECT relname || ' to ' || role AS object, role || ' may truncate ' || relname AS detail FROM contract_grants WHERE privilege_type = 'TRUNCATE'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'truncate_granted' AND e.object = f.object);
--> statement-breakpoint
-- A partition that a role may use directly: the policies of its parent do not count there.
CREATE VIEW lint_partition_granted WITH (security_invoker = true) AS
SELECT 'partition_granted'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'REVOKE ALL ON <partition> FROM <role>'::text AS remediation, f.object::text AS object FROM (
SELECT relname || ' ' || privilege_type || ' to ' || role AS object, role || ' may ' || lower(privilege_type) || ' ' || relname || ' past its parent' AS detail FROM contract_grants WHERE relispartition
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'partition_granted' AND e.object = f.object);
--> statement-breakpoint
-- A right that everybody has who reaches the database.
CREATE VIEW lint_public_granted WITH (security_invoker = true) AS
SELECT 'public_granted'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'REVOKE ALL ON <object> FROM PUBLIC'::text AS remediation, f.object::text AS object FROM (
SELECT relname || ' ' || privilege_type AS object, 'PUBLIC may ' || lower(privilege_type) || ' on ' || relname AS detail FROM contract_grants WHERE grantee = 0
  UNION ALL SELECT 'schema ' || n.nspname || ' ' || g.privilege_type, 'PUBLIC has ' || g.privilege_type || ' on schema ' || n.nspname
  FROM pg_namespace n, aclexplode(n.nspacl) g WHERE g.grantee = 0 AND n.nspname = 'public'
  UNION ALL SELECT 'database TEMPORARY', 'PUBLIC may make temporary tables' FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g
  WHERE d.datname = current_database() AND g.grantee = 0 AND g.privilege_type = 'TEMPORARY'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'public_granted' AND e.object = f.object);
--> statement-breakpoint
-- A role of Center that row security or grants do not bind.
CREATE VIEW lint_role_too_mighty WITH (security_invoker = true) AS
SELECT 'role_too_mighty'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER ROLE <role> NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION; REVOKE <other role> FROM <role>'::text AS remediation, f.object::text AS object FROM (
SELECT rolname AS object, rolname || ' is more than a role that logs in' AS detail FROM contract_roles WHERE rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
  UNION ALL SELECT r.rolname || ' in ' || pg_get_userbyid(m.roleid), r.rolname || ' is a member of ' || pg_get_userbyid(m.roleid) FROM contract_roles r JOIN pg_auth_members m ON m.member = r.oid
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'role_too_mighty' AND e.object = f.object);
--> statement-breakpoint
-- A role of Center that owns something may change it, or could create more.
CREATE VIEW lint_role_owns WITH (security_invoker = true) AS
SELECT 'role_owns'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER <object> OWNER TO <owner>; REVOKE CREATE ON SCHEMA <schema> FROM <role>'::text AS remediation, f.object::text AS object FROM (
SELECT r.rolname || ' ' || c.relname AS object, r.rolname || ' owns ' || c.relname AS detail FROM contract_roles r JOIN pg_class c ON c.relowner = r.oid
  UNION ALL SELECT r.rolname || ' ' || p.oid::regprocedure, r.rolname || ' owns ' || p.oid::regprocedure FROM contract_roles r JOIN pg_proc p ON p.proowner = r.oid
  UNION ALL SELECT r.rolname || ' in ' || n.nspname, r.rolname || ' may create in schema ' || n.nspname FROM contract_roles r, pg_namespace n WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss', 'drizzle') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%' AND has_schema_privilege(r.oid, n.oid, 'CREATE')
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'role_owns' AND e.object = f.object);
--> statement-breakpoint
-- A function that runs with its owners rights and finds names wherever its caller wants.
CREATE VIEW lint_definer_search_path WITH (security_invoker = true) AS
SELECT 'definer_search_path'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER FUNCTION <function> SET search_path = pg_catalog, public, pg_temp'::text AS remediation, f.object::text AS object FROM (
SELECT p.oid::regprocedure::text AS object, p.oid::regprocedure || ' does not say where it looks for names: pg_catalog first, pg_temp last' AS detail FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prosecdef AND (n.nspname = 'public' OR (SELECT relowner FROM pg_class WHERE oid = 'public.tenants'::regclass) IN (n.nspowner, p.proowner)) AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss', 'drizzle') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%' AND NOT EXISTS (SELECT 1 FROM unnest(p.proconfig) s WHERE s ~ '^search_path=pg_catalog,.*, pg_temp$')
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'definer_search_path' AND e.object = f.object);
--> statement-breakpoint
-- A function with its owners rights that everybody may call.
CREATE VIEW lint_definer_public WITH (security_invoker = true) AS
SELECT 'definer_public'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'REVOKE EXECUTE ON FUNCTION <function> FROM PUBLIC'::text AS remediation, f.object::text AS object FROM (
SELECT p.oid::regprocedure::text AS object, 'PUBLIC may call ' || p.oid::regprocedure AS detail FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
  WHERE p.prosecdef AND (n.nspname = 'public' OR (SELECT relowner FROM pg_class WHERE oid = 'public.tenants'::regclass) IN (n.nspowner, p.proowner)) AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss', 'drizzle') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%' AND g.grantee = 0
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'definer_public' AND e.object = f.object);
--> statement-breakpoint
-- A function with the rights of somebody else than the owner of the tables.
CREATE VIEW lint_definer_owner WITH (security_invoker = true) AS
SELECT 'definer_owner'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER FUNCTION <function> OWNER TO the owner of the tables'::text AS remediation, f.object::text AS object FROM (
SELECT p.oid::regprocedure::text AS object, p.oid::regprocedure || ' runs as ' || pg_get_userbyid(p.proowner) AS detail FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prosecdef AND (n.nspname = 'public' OR (SELECT relowner FROM pg_class WHERE oid = 'public.tenants'::regclass) IN (n.nspowner, p.proowner)) AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss', 'drizzle') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%' AND p.proowner <> (SELECT relowner FROM pg_class WHERE oid = 'public.tenants'::regclass)
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'definer_owner' AND e.object = f.object);
--> statement-breakpoint
-- A function that is not the one a migration made.
CREATE VIEW lint_function_changed WITH (security_invoker = true) AS
SELECT 'function_changed'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'CREATE OR REPLACE FUNCTION as the migrations have it'::text AS remediation, f.object::text AS object FROM (
SELECT object, object || ' was ' || drift || ' beside the migrations' AS detail FROM catalog_drift WHERE kind = 'function'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'function_changed' AND e.object = f.object);
--> statement-breakpoint
-- A trigger that is not as a migration made it: added, gone, switched off or changed.
CREATE VIEW lint_trigger_changed WITH (security_invoker = true) AS
SELECT 'trigger_changed'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'SELECT contract_restore(<table>), or DROP TRIGGER for one that was added'::text AS remediation, f.object::text AS object FROM (
SELECT object, object || ' was ' || drift || ' beside the migrations' AS detail FROM catalog_drift WHERE kind = 'trigger'
  UNION ALL SELECT t.relname || '.' || r.rulename, 'a rewrite rule ' || r.rulename || ' on ' || t.relname FROM pg_rewrite r JOIN contract_tables t ON t.oid = r.ev_class
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'trigger_changed' AND e.object = f.object);
--> statement-breakpoint
-- A policy that is not as a migration made it.
CREATE VIEW lint_policy_changed WITH (security_invoker = true) AS
SELECT 'policy_changed'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'make the policy again as center_isolate() does'::text AS remediation, f.object::text AS object FROM (
SELECT object, object || ' was ' || drift || ' beside the migrations' AS detail FROM catalog_drift WHERE kind = 'policy'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'policy_changed' AND e.object = f.object);
--> statement-breakpoint
-- A table or view that no migration made, or that is gone.
CREATE VIEW lint_table_undeclared WITH (security_invoker = true) AS
SELECT 'table_undeclared'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'write it into a migration, or DROP TABLE'::text AS remediation, f.object::text AS object FROM (
SELECT object, object || ' was ' || drift || ' beside the migrations' AS detail FROM catalog_drift WHERE kind = 'table'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'table_undeclared' AND e.object = f.object);
--> statement-breakpoint
-- A view that reads with its owners rights, past the scope of whoever asks; or one that keeps a copy.
CREATE VIEW lint_view_definer WITH (security_invoker = true) AS
SELECT 'view_definer'::text AS name, 'error'::text AS level, f.detail::text AS detail, 'ALTER VIEW <view> SET (security_invoker = true)'::text AS remediation, f.object::text AS object FROM (
SELECT c.oid::regclass::text AS object, c.oid::regclass || ' reads with the rights of its owner' AS detail FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE (n.nspname = 'public' OR (SELECT relowner FROM pg_class WHERE oid = 'public.tenants'::regclass) IN (n.nspowner, c.relowner)) AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss', 'drizzle') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%' AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT coalesce(c.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)))
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'view_definer' AND e.object = f.object);
--> statement-breakpoint
-- A constraint that was never checked against the rows that were there before it.
CREATE VIEW lint_constraint_not_valid WITH (security_invoker = true) AS
SELECT 'constraint_not_valid'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'ALTER TABLE <table> VALIDATE CONSTRAINT <constraint>'::text AS remediation, f.object::text AS object FROM (
SELECT t.relname || '.' || k.conname AS object, k.conname || ' on ' || t.relname || ' is not valid' AS detail FROM pg_constraint k JOIN contract_tables t ON t.oid = k.conrelid WHERE NOT k.convalidated
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'constraint_not_valid' AND e.object = f.object);
--> statement-breakpoint
-- A table whose rows nothing tells apart: backups compare by the key.
CREATE VIEW lint_primary_key_missing WITH (security_invoker = true) AS
SELECT 'primary_key_missing'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'ALTER TABLE <table> ADD PRIMARY KEY (tenant_id, ...)'::text AS remediation, f.object::text AS object FROM (
SELECT t.relname AS object, t.relname || ' has no primary key' AS detail FROM contract_tables t WHERE NOT t.relispartition AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'primary_key_missing' AND e.object = f.object);
--> statement-breakpoint
-- A foreign key whose rows are looked for one by one whenever the row it points to goes.
CREATE VIEW lint_foreign_key_unindexed WITH (security_invoker = true) AS
SELECT 'foreign_key_unindexed'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'CREATE INDEX CONCURRENTLY ON <table> (<columns of the foreign key>)'::text AS remediation, f.object::text AS object FROM (
SELECT t.relname || '.' || k.conname AS object, 'no index begins with the columns of ' || k.conname || ' on ' || t.relname AS detail FROM pg_constraint k JOIN contract_tables t ON t.oid = k.conrelid
  WHERE k.contype = 'f' AND NOT t.relispartition AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
    AND (SELECT array_agg(c) FROM unnest((i.indkey::int2[])[0:cardinality(k.conkey) - 1]) c) @> k.conkey)
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'foreign_key_unindexed' AND e.object = f.object);
--> statement-breakpoint
-- Two indexes over the same: each write pays for both.
CREATE VIEW lint_duplicate_index WITH (security_invoker = true) AS
SELECT 'duplicate_index'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'DROP INDEX CONCURRENTLY <the one that no constraint needs>'::text AS remediation, f.object::text AS object FROM (
SELECT max(i.indexrelid)::regclass::text AS object, string_agg(i.indexrelid::regclass::text, ' and ' ORDER BY i.indexrelid) || ' are the same' AS detail FROM pg_index i JOIN contract_tables t ON t.oid = i.indrelid
  WHERE NOT t.relispartition GROUP BY i.indrelid, i.indkey::text, i.indclass::text, i.indoption::text, coalesce(pg_get_expr(i.indexprs, i.indrelid), ''), coalesce(pg_get_expr(i.indpred, i.indrelid), '') HAVING count(*) > 1
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'duplicate_index' AND e.object = f.object);
--> statement-breakpoint
-- An index that was not built to its end: it costs each write and serves nobody.
CREATE VIEW lint_invalid_index WITH (security_invoker = true) AS
SELECT 'invalid_index'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'REINDEX INDEX CONCURRENTLY <index>'::text AS remediation, f.object::text AS object FROM (
SELECT i.indexrelid::regclass::text AS object, i.indexrelid::regclass || ' is not valid' AS detail FROM pg_index i JOIN contract_tables t ON t.oid = i.indrelid WHERE NOT i.indisvalid OR NOT i.indisready
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'invalid_index' AND e.object = f.object);
--> statement-breakpoint
-- A sequence of whose numbers more than three quarters are used up.
CREATE VIEW lint_sequence_near_end WITH (security_invoker = true) AS
SELECT 'sequence_near_end'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'ALTER SEQUENCE <sequence> AS bigint, and the column likewise'::text AS remediation, f.object::text AS object FROM (
SELECT s.sequencename::text AS object, s.sequencename || ' has used ' || round(100.0 * s.last_value / s.max_value) || ' % of its numbers' AS detail FROM pg_sequences s WHERE s.schemaname = 'public' AND s.last_value > 0.75 * s.max_value AND NOT s.cycle
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'sequence_near_end' AND e.object = f.object);
--> statement-breakpoint
-- A table that nothing tidies up by itself.
CREATE VIEW lint_autovacuum_off WITH (security_invoker = true) AS
SELECT 'autovacuum_off'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'ALTER TABLE <table> RESET (autovacuum_enabled)'::text AS remediation, f.object::text AS object FROM (
SELECT relname AS object, 'autovacuum is off on ' || relname AS detail FROM contract_tables WHERE EXISTS (SELECT 1 FROM unnest(reloptions) o WHERE o ~ '^autovacuum_enabled=(false|off|0|no)')
  UNION ALL SELECT 'server', 'autovacuum is off on this server' WHERE current_setting('autovacuum') <> 'on'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'autovacuum_off' AND e.object = f.object);
--> statement-breakpoint
-- A table that comes near the age at which PostgreSQL stops to write.
CREATE VIEW lint_transaction_age WITH (security_invoker = true) AS
SELECT 'transaction_age'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'VACUUM (FREEZE) <table>; end transactions and replication slots that hold it back'::text AS remediation, f.object::text AS object FROM (
SELECT relname AS object, relname || ' is ' || age(relfrozenxid) || ' transactions old' AS detail FROM contract_tables WHERE relkind = 'r' AND age(relfrozenxid) > 1000000000
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'transaction_age' AND e.object = f.object);
--> statement-breakpoint
-- A table that is empty after a crash.
CREATE VIEW lint_unlogged_table WITH (security_invoker = true) AS
SELECT 'unlogged_table'::text AS name, 'warn'::text AS level, f.detail::text AS detail, 'ALTER TABLE <table> SET LOGGED'::text AS remediation, f.object::text AS object FROM (
SELECT relname AS object, relname || ' is not logged' AS detail FROM contract_tables WHERE relpersistence <> 'p'
) f WHERE NOT EXISTS (SELECT 1 FROM lint_exceptions e WHERE e.lint = 'unlogged_table' AND e.object = f.object);
--> statement-breakpoint
GRANT SELECT ON lint_rls_disabled, lint_rls_not_forced, lint_policy_missing, lint_policy_too_wide, lint_tenant_column_missing, lint_tenant_column_nullable, lint_key_not_led_by_tenant, lint_reference_not_led_by_tenant, lint_guard_missing, lint_append_only_open, lint_grant_undeclared, lint_grant_gone, lint_writer_shared, lint_truncate_granted, lint_partition_granted, lint_public_granted, lint_role_too_mighty, lint_role_owns, lint_definer_search_path, lint_definer_public, lint_definer_owner, lint_function_changed, lint_trigger_changed, lint_policy_changed, lint_table_undeclared, lint_view_definer, lint_constraint_not_valid, lint_primary_key_missing, lint_foreign_key_unindexed, lint_duplicate_index, lint_invalid_index, lint_sequence_near_end, lint_autovacuum_off, lint_transaction_age, lint_unlogged_table TO center_reader;
--> statement-breakpoint
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
