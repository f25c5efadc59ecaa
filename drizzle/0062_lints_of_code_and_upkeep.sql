-- Lints of what runs in the database, and of what keeps it well; in the form of 0057.
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
GRANT SELECT ON lint_definer_search_path, lint_definer_public, lint_definer_owner, lint_function_changed, lint_trigger_changed, lint_policy_changed, lint_table_undeclared, lint_view_definer, lint_constraint_not_valid, lint_primary_key_missing, lint_foreign_key_unindexed, lint_duplicate_index, lint_invalid_index, lint_sequence_near_end, lint_autovacuum_off, lint_transaction_age, lint_unlogged_table TO center_reader;
