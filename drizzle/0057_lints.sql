-- Lints of the walls between tenants, and of who may do what: one view each, which says what is wrong, how bad that is, where, and what mends it.
-- Empty is good.
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
GRANT SELECT ON lint_rls_disabled, lint_rls_not_forced, lint_policy_missing, lint_policy_too_wide, lint_tenant_column_missing, lint_tenant_column_nullable, lint_key_not_led_by_tenant, lint_reference_not_led_by_tenant, lint_guard_missing, lint_append_only_open, lint_grant_undeclared, lint_grant_gone, lint_writer_shared, lint_truncate_granted, lint_partition_granted, lint_public_granted, lint_role_too_mighty, lint_role_owns TO center_reader;
